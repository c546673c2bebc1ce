import { type ApiProblem, callApi, problemOf } from "@/app/_ui/call-api";
import { type Outcome, UNDO } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";
import { serverTime } from "./server-time";

export type ApiResult<Body> = { body: Body; problem?: undefined } | { body?: undefined; problem: ApiProblem };

/**
 * Calls the API and adjusts the server clock to the response. `body` is null for a response without
 * one (204). The caller names the type of the body, as the HTTP contract has it.
 */
export async function callReviewApi<Body>(
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  body?: unknown,
): Promise<ApiResult<Body | null>> {
  const response = await callApi(method, path, body === undefined ? {} : { body });
  if (response.serverTime !== undefined) serverTime.observe(response.serverTime, Date.now());
  const isOk = response.status >= 200 && response.status < 300;
  return isOk ? { body: response.body as Body | null } : { problem: problemOf(response) };
}

/**
 * After these errors the server may have done its work: its answer was lost, or a proxy gave up.
 */
const UNANSWERED = new Set<ApiProblem["code"]>(["offline", "unavailable", "internal"]);

/**
 * Sends a decision or an undo. Without an answer it reads the document: the result is a success if
 * the last decision is this one. The code "unconfirmed" means that the reading failed too.
 */
export async function sendDecision(
  { fileId, viewerId, outcome }: { fileId: string; viewerId: string; outcome: Outcome | typeof UNDO },
  body?: unknown,
): Promise<ApiResult<Review | null>> {
  const path = `/api/reviews/${fileId}`;
  const method = outcome === UNDO ? "DELETE" : "POST";
  const response = await callReviewApi<Review>(method, `${path}/decision`, body);
  if (!response.problem || !UNANSWERED.has(response.problem.code)) return response;
  const { body: review } = await callReviewApi<Review>("GET", path);
  if (!review) return { problem: { code: "unconfirmed", detail: UNCONFIRMED_DETAIL } };
  const last = review.decisions.at(-1);
  return last?.outcome === outcome && last.by?.id === viewerId ? { body: review } : response;
}

const UNCONFIRMED_DETAIL =
  "No answer came from the server. Check your internet connection and try again: it counts only once.";
