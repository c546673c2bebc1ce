import type { SummaryError } from "@/app/_ui/error-summary";
import { type AuthResponse, authErrorOf } from "./auth-problem";

export type AuthResult = { ok: true; role: string } | { ok: false; error: SummaryError };

/** Posts to Better Auth. A network that fails is an answer like any other: status 0. */
export async function postToAuth(path: string, body: Record<string, string>): Promise<AuthResult> {
  let answer: AuthResponse = { status: 0 };
  try {
    const response = await fetch(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const told: { code?: string; user?: { role?: string } } = await response.json().catch(() => ({}));
    if (response.ok) return { ok: true, role: told.user?.role ?? "member" };
    const wait = Number(response.headers.get("retry-after") ?? response.headers.get("x-retry-after"));
    answer = { status: response.status, code: told.code, retryAfter: wait > 0 ? wait : undefined };
  } catch {
    answer = { status: 0 };
  }
  return { ok: false, error: authErrorOf(answer) };
}
