import type { ApiResponse } from "../../call-api";
import type { SignedPut, Transport } from "../transport";

type Reply = ApiResponse | Promise<ApiResponse>;
/** A response that depends on the request body. */
type ReplyFunction = (body: unknown) => ApiResponse;
type FakePut = {
  request: SignedPut;
  /** Bytes of the body. */
  size: number;
  readonly isAborted: boolean;
  progress: (sent: number) => void;
  respond: (status: number) => void;
};

/** A server and a store with the responses of the test. An unexpected request fails the test. */
export class FakeTransport implements Transport {
  readonly calls: { line: string; body: unknown; headers: Record<string, string> }[] = [];
  readonly puts: FakePut[] = [];
  readonly #replies = new Map<string, (Reply | ReplyFunction)[]>();

  /** Sets the responses to one method and path, in order. The last one repeats. */
  on(line: string, ...replies: (Reply | ReplyFunction)[]): this {
    this.#replies.set(line, replies);
    return this;
  }

  requestLines(): string[] {
    return this.calls.map(({ line }) => line);
  }

  async call(
    method: string,
    path: string,
    {
      body,
      headers = {},
      signal,
    }: { body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
  ): Promise<ApiResponse> {
    signal?.throwIfAborted();
    const line = `${method} ${path}`;
    this.calls.push({ line, body, headers });
    const replies = this.#replies.get(line);
    const reply = replies && replies.length > 1 ? replies.shift() : replies?.[0];
    if (!reply) throw new Error(`The test set no response to ${line}`);
    return typeof reply === "function" ? reply(body) : reply;
  }

  put(
    request: SignedPut,
    body: Blob,
    { onProgress, signal }: { onProgress: (sent: number) => void; signal: AbortSignal },
  ): Promise<number> {
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      this.puts.push({
        request,
        size: body.size,
        get isAborted() {
          return signal.aborted;
        },
        progress: onProgress,
        respond: resolve,
      });
    });
  }

  /** The PUT that was sent last. */
  get currentPut(): FakePut {
    const last = this.puts.at(-1);
    if (!last) throw new Error("No PUT was sent");
    return last;
  }
}
