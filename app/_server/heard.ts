import { env } from "@/lib/env";
import { sayAnswered } from "@/lib/requests/answered";
import { beginning, type CurrentRequest, currentRequest, during } from "@/lib/requests/current";
import { requestId } from "@/lib/requests/request-id";
import { patternFrom } from "@/lib/requests/route-pattern";
import { givenId } from "./hand-over";
import { log } from "./log";
import { untilSaid } from "./until-done";

type Params = Record<string, string | string[]> | undefined;

/**
 * Answers a request under its id. Where the front stands before us it has given the id, says it in the answer and writes the line; where nobody does, on
 * Vercel, all of that is done here.
 */
export async function heard(
  request: Request,
  params: Promise<Params>,
  answer: () => Promise<Response>,
): Promise<Response> {
  const known = currentRequest();
  if (known) return timed(known, await answer());
  const mine = beginning(requestId(givenId(request.headers)));
  const response = timed(mine, await during(mine, answer));
  response.headers.set("X-Request-Id", mine.id);
  const route = patternFrom(new URL(request.url).pathname, await params);
  sayAnswered(log(), mine, { method: request.method, route, status: response.status });
  untilSaid();
  return response;
}

/** Where the time went, for the browser's own tools; only in development, for it tells strangers more than they need. */
function timed(request: CurrentRequest, response: Response): Response {
  if (env().NODE_ENV !== "development") return response;
  const waits = [...request.waits, ["total", performance.now() - request.began] as const];
  const value = waits.map(([name, ms]) => `${name};dur=${ms.toFixed(1)}`).join(", ");
  response.headers.set("Server-Timing", value);
  return response;
}
