import type { ProblemBody } from "@/lib/errors";
import { serverTime } from "./server-time";

export type ApiResult<Body> = { body: Body; problem?: undefined } | { body?: undefined; problem: ProblemBody };

/**
 * Asks this site's API. `body` is null for an answer without one (204). A network that is away is told like a service that is: nothing has
 * changed, and trying again makes sense.
 */
export async function callReviewApi<Body>(method: string, path: string, body?: unknown): Promise<ApiResult<Body | null>> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
  } catch {
    return { problem: unavailableProblem() };
  }
  serverTime.observe(Date.parse(response.headers.get("date") ?? ""), Date.now());
  if (response.ok) return { body: response.status === 204 ? null : await response.json() };
  return { problem: await readProblem(response) };
}

/** What a failed answer says; a proxy in between may answer with something that is no problem document. */
export async function readProblem(response: Response): Promise<ProblemBody> {
  const text = await response.text();
  try {
    const problem: ProblemBody = JSON.parse(text);
    if (typeof problem.code === "string" && typeof problem.detail === "string") return problem;
  } catch {
    // Told below.
  }
  return unavailableProblem();
}

function unavailableProblem(): ProblemBody {
  return {
    type: "urn:dossier:unavailable",
    title: "Not reachable at the moment",
    status: 503,
    code: "unavailable",
    detail: "This site cannot be reached at the moment. Please look at your connection and try again.",
  };
}
