import { isDatabaseUnavailable } from "@/lib/db/outage";
import { Problem } from "@/lib/errors";
import { serializeError } from "@/lib/observability/serialize-error";
import { safeErrorReason } from "@/lib/observability/safe-error-reason";
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
 * What a thrown thing means to the caller. What is not the caller's doing is in the log: a defect of ours with the places in the code, what is away in
 * one line. Only a defect ends up as `internal`.
 */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) {
    if (thrown.status >= 500)
      log().warn("Something is away.", { code: thrown.code, reason: safeErrorReason(thrown) });
    return thrown;
  }
  if (isDatabaseUnavailable(thrown)) {
    log().warn("The database is away.", { reason: safeErrorReason(thrown) });
    return new Problem(
      "unavailable",
      "The records cannot be reached at the moment. Nothing was changed; please try again shortly.",
      { cause: thrown },
    );
  }
  log().error("A defect of ours.", { error: serializeError(thrown) });
  return new Problem("internal", "Something went wrong on our side. Nothing was lost; please try again.", {
    cause: thrown,
  });
}
