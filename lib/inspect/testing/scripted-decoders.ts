import type { DecoderResponse } from "../decoder-messages";
import type { Decoders } from "../decoder-pool";
import type { DecoderInput } from "../decoder-process";

/** Decoders whose every job ends with this response. They count the jobs. */
export function scriptedDecoders(response: DecoderResponse): Decoders & { jobs: number } {
  const decoders = {
    jobs: 0,
    share: <T>(_key: string, work: () => Promise<T>) => work(),
    acquire: async () => ({
      process: () => ({
        run: async (_request: unknown, input: DecoderInput) => {
          decoders.jobs += 1;
          if (!Buffer.isBuffer(input)) input.stream.destroy();
          return response;
        },
      }),
      release: () => undefined,
    }),
    close: () => undefined,
  };
  return decoders;
}

/** Responses that say nothing about the bytes of a file. */
export const OUR_FAILURES: [string, DecoderResponse][] = [
  ["a crash", { kind: "failed", reason: "it ended (SIGSEGV)" }],
  ["an end by the system", { kind: "failed", reason: "it ended (SIGKILL)" }],
  ["an unknown error", { kind: "failed", reason: "TypeError: x is not a function" }],
  ["a time-out", { kind: "limit", limit: "time" }],
];
