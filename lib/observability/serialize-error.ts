import { Problem } from "../errors";
import type { LogAttributes } from "./log";

/** A line of a stack that names a place in code. The first lines of a stack are the message. */
const STACK_FRAME =
  /^\s*at (?:[\w$.<>#[\] ]{1,120} \()?(?:async )?(?:node:|file:\/\/|\/|[A-Z]:\\)[^\s'"?]+:\d+:\d+\)?$/;
const MAX_FRAMES = 12;
const MAX_CAUSES = 4;

/**
 * Serializes an error for the log: kind, code, places in code, causes, and the text only if it is
 * ours. Messages of drivers and parsers quote input: names, addresses, keys, signed URLs.
 */
export function serializeError(error: unknown, depth = 0): LogAttributes {
  if (!(error instanceof Error)) return { kind: typeof error };
  const code = "code" in error ? safeWord(error.code) : undefined;
  const { cause } = error;
  return {
    kind: safeWord(error.name) ?? "Error",
    ...(code === undefined ? {} : { code }),
    ...(error instanceof Problem ? safeDetail(error) : {}),
    at: stackFrames(error),
    ...(cause !== undefined && depth < MAX_CAUSES ? { cause: serializeError(cause, depth + 1) } : {}),
  };
}

/** The detail of other codes may name people. */
function safeDetail({ code, detail }: Problem): LogAttributes {
  return code === "unavailable" || code === "internal" ? { detail } : {};
}

/** Codes and names of errors are single words. Other text may be input. */
function safeWord(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z0-9_]{1,60}$/.test(value) ? value : undefined;
}

function stackFrames({ message, stack = "" }: Error): string[] {
  // Lines of a message can look like places. Without the message in the stack its end is unknown.
  const start = stack.indexOf(message);
  if (start === -1) return [];
  return stack
    .slice(start + message.length)
    .split("\n")
    .filter((line) => STACK_FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim().slice(3));
}
