import type { ApiResponse } from "../call-api";
import { isTransient, MAX_TRIES, retryDelayOf } from "./retry-policy";
import type { UploadContext } from "./upload-context";
import { uploadErrorOf } from "./upload-error";
import type { Stall } from "./upload-state";

export type RetryOptions = { signal: AbortSignal; onStall: (stall: Stall | undefined) => void };

/**
 * Repeats a request until its response is final. Every network step of an upload uses it.
 *
 * Waits without a limit while the browser is offline. Otherwise waits between attempts and stays
 * "retrying" until a byte moves again, so screen readers announce the stall once.
 * Rejects with an `UploadError` after the last attempt.
 */
export async function retry(
  { network, wait, random }: Pick<UploadContext, "network" | "wait" | "random">,
  request: () => Promise<ApiResponse>,
  { signal, onStall }: RetryOptions,
): Promise<ApiResponse> {
  for (let attempts = 1; ; attempts += 1) {
    const response = await request();
    if (!isTransient(response)) {
      onStall(undefined);
      return response;
    }
    signal.throwIfAborted();
    if (response.status === 0 && !network.isOnline()) {
      onStall("offline");
      await network.waitUntilOnline(signal);
      onStall(undefined);
      attempts = 0;
    } else {
      if (attempts >= MAX_TRIES) throw uploadErrorOf(response);
      onStall("retrying");
      await wait(retryDelayOf(attempts, random, response.retryAfter), signal);
    }
  }
}
