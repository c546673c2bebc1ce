import { type ApiProblem, callApi, problemOf } from "@/app/_ui/call-api";
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
