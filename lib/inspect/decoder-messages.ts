import type { ErrorCode } from "../errors";

// The messages between the server and a decoder process. The bytes of a file are no part of them:
// they follow a request through the standard input.

export type DecoderRequest = {
  job: string;
  /** Bytes that follow. */
  size: number;
  options: unknown;
  /** Milliseconds of processor time. */
  cpuLimitMs: number;
};

export type DecoderResponse = (
  | { kind: "result"; value: unknown }
  /** What the decoder says about the bytes, or that there is no such page. */
  | { kind: "refused"; code: ErrorCode; detail: string }
  | { kind: "limit"; limit: DecoderLimit }
  /** A crash, or an error that says nothing about the bytes. */
  | { kind: "failed"; reason: string }
) & {
  /** The process keeps much memory, so the next job needs another one. */
  isLast?: boolean;
};

/** A limit that the same file reaches again, on any machine. */
export type DecoderLimit = "memory" | "time";
