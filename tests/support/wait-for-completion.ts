import { setTimeout as wait } from "node:timers/promises";

/** What a completion comes to, asked for as a browser does: again, for as long as it is told that it is under way (202). */
export async function waitForCompletion(ask: () => Promise<Response>): Promise<Response> {
  for (;;) {
    const answer = await ask();
    if (answer.status !== 202) return answer;
    await answer.body?.cancel();
    await wait(100);
  }
}
