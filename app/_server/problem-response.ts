import { isDatabaseUnavailable } from "@/lib/db/outage";
import { Problem } from "@/lib/errors";
import { safeErrorReason } from "@/lib/observability/safe-error-reason";
import { serializeError } from "@/lib/observability/serialize-error";
import { log } from "./log";

const PROBLEM_HEADERS = {
  "content-type": "application/problem+json",
  "cache-control": "private, no-store",
};

export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const retry: Record<string, string> =
    problem.retryAfter === undefined ? {} : { "retry-after": String(problem.retryAfter) };
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...PROBLEM_HEADERS, ...retry, ...headers },
  });
}

/**
 * Converts an error to the problem that the client receives. Logs a defect with its stack, and an
 * unavailable service in one line. Only a defect becomes `internal`.
 */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) {
    if (error.status >= 500)
      log().warn("A service is unavailable.", { code: error.code, reason: safeErrorReason(error) });
    return error;
  }
  if (isDatabaseUnavailable(error)) {
    log().warn("The database is unavailable.", { reason: safeErrorReason(error) });
    return new Problem(
      "unavailable",
      "The server cannot reach its records. Nothing was changed. Try again in a moment.",
      { cause: error },
    );
  }
  log().error("A defect in the application.", { error: serializeError(error) });
  return new Problem("internal", "Something went wrong on our side. Nothing was lost. Try again.", {
    cause: error,
  });
}
