import type { ApiResponse, ApiRequestOptions } from "../call-api";

/** What a ticket lets the browser send: exactly these headers, to the store itself. */
export type SignedPut = { url: string; headers: Record<string, string> };

/** How an upload reaches the network. Nothing here rejects but an aborted signal: no answer is an answer, status 0. */
export interface Transport {
  call(method: "GET" | "POST" | "DELETE", path: string, options?: ApiRequestOptions): Promise<ApiResponse>;
  /** The status of the store's answer. `onProgress` hears the bytes sent so far. */
  put(
    request: SignedPut,
    body: Blob,
    options: { onProgress: (sent: number) => void; signal: AbortSignal },
  ): Promise<number>;
}
