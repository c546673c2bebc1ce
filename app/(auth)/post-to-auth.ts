import type { SummaryError } from "@/app/_ui/error-summary";
import { type AuthResponse, authErrorOf } from "./auth-problem";

export type AuthResult = { ok: true; role: string } | { ok: false; error: SummaryError };

/** Sends a POST to Better Auth. A network failure counts as status 0. */
export async function postToAuth(path: string, body: Record<string, string>): Promise<AuthResult> {
  let result: AuthResponse = { status: 0 };
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const json: { code?: string; user?: { role?: string } } = await response.json().catch(() => ({}));
    if (response.ok) return { ok: true, role: json.user?.role ?? "member" };
    const wait = Number(response.headers.get("retry-after") ?? response.headers.get("x-retry-after"));
    result = { status: response.status, code: json.code, retryAfter: wait > 0 ? wait : undefined };
  } catch {
    result = { status: 0 };
  }
  return { ok: false, error: authErrorOf(result) };
}
