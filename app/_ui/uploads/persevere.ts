import type { Answer } from "../call-api";
import { failureOf } from "./failure";
import { isTransient, pauseBefore, TRIES } from "./patience";
import type { Tools } from "./tools";
import type { Stall } from "./upload-state";

export type Persistence = { signal: AbortSignal; onStall: (stall: Stall | undefined) => void };

/**
 * Asks until there is an answer that means something. Waits as long as there is no network at all; otherwise it stays "retrying" until something
 * moves again, so that a listener is told once. Rejects with a `Failure` when it gives up.
 */
export async function persevere(
  { online, wait, random }: Pick<Tools, "online" | "wait" | "random">,
  ask: () => Promise<Answer>,
  { signal, onStall }: Persistence,
): Promise<Answer> {
  for (let tried = 1; ; tried += 1) {
    const answer = await ask();
    if (!isTransient(answer)) {
      onStall(undefined);
      return answer;
    }
    signal.throwIfAborted();
    if (answer.status === 0 && !online.is()) {
      onStall("offline");
      await online.back(signal);
      onStall(undefined);
      tried = 0;
    } else {
      if (tried >= TRIES) throw failureOf(answer);
      onStall("retrying");
      await wait(pauseBefore(tried, random, answer.retryAfter), signal);
    }
  }
}
