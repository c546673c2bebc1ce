import { isDatabaseAway } from "@/lib/db/outage";
import { Problem } from "@/lib/errors";

const HEADERS = {
  "content-type": "application/problem+json",
  "cache-control": "private, no-store",
};

export function problemResponse(problem: Problem, headers: Record<string, string> = {}): Response {
  const retry: Record<string, string> =
    problem.retryAfter === undefined ? {} : { "retry-after": String(problem.retryAfter) };
  return new Response(JSON.stringify(problem), {
    status: problem.status,
    headers: { ...HEADERS, ...retry, ...headers },
  });
}

/** What a thrown thing means to the caller. Only a defect of ours ends up as `internal`, and in the log. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (isDatabaseAway(thrown)) {
    return new Problem(
      "unavailable",
      "The records cannot be reached at the moment. Nothing was changed; please try again shortly.",
      { cause: thrown },
    );
  }
  console.error(thrown);
  return new Problem("internal", "Something went wrong on our side. Nothing was lost; please try again.", {
    cause: thrown,
  });
}
