import type { SummaryError } from "@/app/_ui/error-summary";
import { type AuthResponse, authErrorOf, COOKIES_BLOCKED } from "./auth-problem";

export type AuthResult = { ok: true; role: string } | { ok: false; error: SummaryError };

/** Signs in with Better Auth. A network failure counts as status 0. */
export async function postToAuth(path: string, body: Record<string, string>): Promise<AuthResult> {
  let result: AuthResponse = { status: 0 };
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const json: { code?: string; detail?: string; user?: { role?: string } } = await response
      .json()
      .catch(() => ({}));
    if (response.ok) {
      if (await isSessionMissing()) return { ok: false, error: COOKIES_BLOCKED };
      return { ok: true, role: json.user?.role ?? "member" };
    }
    const wait = Number(response.headers.get("retry-after") ?? response.headers.get("x-retry-after"));
    const retryAfter = wait > 0 ? wait : undefined;
    result = { status: response.status, code: json.code, detail: json.detail, retryAfter };
  } catch {
    result = { status: 0 };
  }
  return { ok: false, error: authErrorOf(result) };
}

/**
 * Asks the server whether the next page will have a session. A browser that blocks cookies reports
 * nothing, and the next page would be the sign-in form again.
 */
export async function isSessionMissing(): Promise<boolean> {
  const response = await fetch("/api/auth/get-session", { cache: "no-store" }).catch(() => null);
  return response?.ok === true && (await response.json().catch(() => undefined)) === null;
}
