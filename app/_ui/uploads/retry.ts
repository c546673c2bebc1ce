import type { ApiResponse } from "../call-api";
import { uploadErrorOf } from "./upload-error";
import { isTransient, retryDelayOf, MAX_TRIES } from "./retry-policy";
import type { UploadContext } from "./upload-context";
import type { Stall } from "./upload-state";

export type RetryOptions = { signal: AbortSignal; onStall: (stall: Stall | undefined) => void };

/**
 * Asks until there is an answer that means something. Waits as long as there is no network at all; otherwise it stays "retrying" until something
 * moves again, so that a listener is told once. Rejects with a `Failure` when it gives up.
 */
export async function retry(
  { network: online, wait, random }: Pick<UploadContext, "network" | "wait" | "random">,
  ask: () => Promise<ApiResponse>,
  { signal, onStall }: RetryOptions,
): Promise<ApiResponse> {
  for (let tried = 1; ; tried += 1) {
    const answer = await ask();
    if (!isTransient(answer)) {
      onStall(undefined);
      return answer;
    }
    signal.throwIfAborted();
    if (answer.status === 0 && !online.isOnline()) {
      onStall("offline");
      await online.waitUntilOnline(signal);
      onStall(undefined);
      tried = 0;
    } else {
      if (tried >= MAX_TRIES) throw uploadErrorOf(answer);
      onStall("retrying");
      await wait(retryDelayOf(tried, random, answer.retryAfter), signal);
    }
  }
}
