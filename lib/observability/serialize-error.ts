import { Problem } from "../errors";
import type { LogAttributes } from "./log";

/** A place in the code: nothing else of a stack, whose first lines are the message. */
const STACK_FRAME =
  /^\s*at (?:[\w$.<>#[\] ]{1,120} \()?(?:async )?(?:node:|file:\/\/|\/|[A-Z]:\\)[^\s'"?]+:\d+:\d+\)?$/;
const MAX_FRAMES = 12;
const MAX_CAUSES = 4;

/**
 * What a log may know of an error: its kind, its code, the places in the code, its causes, and the words only where they are ours. Messages of drivers and
 * parsers quote what people sent: names, addresses, keys, signed URLs.
 */
export function serializeError(thrown: unknown, depth = 0): LogAttributes {
  if (!(thrown instanceof Error)) return { kind: typeof thrown };
  const code = "code" in thrown ? safeWord(thrown.code) : undefined;
  const { cause } = thrown;
  return {
    kind: safeWord(thrown.name) ?? "Error",
    ...(code === undefined ? {} : { code }),
    ...(thrown instanceof Problem ? safeDetail(thrown) : {}),
    at: stackFrames(thrown),
    ...(cause !== undefined && depth < MAX_CAUSES ? { cause: serializeError(cause, depth + 1) } : {}),
  };
}

/** What is said to a caller may speak of people; what is said of ourselves does not. */
function safeDetail({ code, detail }: Problem): LogAttributes {
  return code === "unavailable" || code === "internal" ? { detail } : {};
}

/** Codes and names of errors are single words; anything else might be somebody's text. */
function safeWord(value: unknown): string | undefined {
  return typeof value === "string" && /^[A-Za-z0-9_]{1,60}$/.test(value) ? value : undefined;
}

function stackFrames({ message, stack = "" }: Error): string[] {
  // A message of several lines can look like places. Where it was changed afterwards, nobody knows where it ends.
  const said = stack.indexOf(message);
  if (said === -1) return [];
  return stack
    .slice(said + message.length)
    .split("\n")
    .filter((line) => STACK_FRAME.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.trim().slice(3));
}
