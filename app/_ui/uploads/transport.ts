import type { ApiRequestOptions, ApiResponse } from "../call-api";

/** A PUT that the ticket allows: this URL of the store with exactly these headers. */
export type SignedPut = { url: string; headers: Record<string, string> };

/**
 * The network of an upload: calls to the API and PUTs to the store.
 * Both reject only if the signal is aborted. Without a response, the status is 0.
 */
export interface Transport {
  call(method: "GET" | "POST" | "DELETE", path: string, options?: ApiRequestOptions): Promise<ApiResponse>;
  /** Returns the store's status. `onProgress` receives the bytes sent so far. */
  put(
    request: SignedPut,
    body: Blob,
    options: { onProgress: (sent: number) => void; signal: AbortSignal },
  ): Promise<number>;
}
