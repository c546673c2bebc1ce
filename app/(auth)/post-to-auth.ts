import type { SummaryError } from "@/app/_ui/error-summary";
import { type AuthResponse, authErrorOf, COOKIES_BLOCKED } from "./auth-problem";

export type SecondStepMethod = "app" | "backup" | "passkey";

export type AuthResult =
  | { ok: true; role: string }
  /** The password is right. The sign-in needs a second step, with one of these. */
  | { ok: "second step"; methods: readonly SecondStepMethod[] }
  | { ok: false; error: SummaryError };

/** Signs in or up, or goes on with it. A network failure counts as status 0. */
export async function postToAuth(path: string, body: Record<string, unknown>): Promise<AuthResult> {
  let result: AuthResponse = { status: 0 };
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const json: AuthBody = await response.json().catch(() => ({}));
    if (response.ok) {
      if (json.secondFactor) return { ok: "second step", methods: json.secondFactor };
      if (await isSessionMissing()) return { ok: false, error: COOKIES_BLOCKED };
      return { ok: true, role: json.user?.role ?? "member" };
    }
    const wait = Number(response.headers.get("retry-after") ?? response.headers.get("x-retry-after"));
    const retryAfter = wait > 0 ? wait : undefined;
    const { code, detail, errors } = json;
    result = { status: response.status, code, detail, path: errors?.[0]?.path, retryAfter };
  } catch {
    result = { status: 0 };
  }
  return { ok: false, error: authErrorOf(result) };
}

type AuthBody = {
  code?: string;
  detail?: string;
  errors?: { path: string }[];
  user?: { role?: string };
  secondFactor?: SecondStepMethod[];
};

/**
 * Asks the server whether the next page will have a session. A browser that blocks cookies reports
 * nothing, and the next page would be the sign-in form again.
 */
export async function isSessionMissing(): Promise<boolean> {
  const response = await fetch("/api/auth/get-session", { cache: "no-store" }).catch(() => null);
  return response?.ok === true && (await response.json().catch(() => undefined)) === null;
}
