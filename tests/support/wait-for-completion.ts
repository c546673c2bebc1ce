import { setTimeout as wait } from "node:timers/promises";

/** Repeats a completion request, as a browser does, while the server responds 202. */
export async function waitForCompletion(send: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const response = await send();
    if (response.status !== 202) return response;
    await response.body?.cancel();
    await wait(100);
  }
}
