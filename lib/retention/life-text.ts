import { formatIsoDuration } from "../fields/duration-text";
import type { DataRecord } from "./records";

/** "Deleted 30 days after it was sent", "Kept as long as your account". */
export function describeLife(life: DataRecord["life"]): string {
  if ("as" in life) return "Kept as long as your account";
  if ("until" in life) return `Kept until ${life.until}`;
  if ("always" in life) return `Kept without an end: ${life.always}`;
  return life.for === "PT0S"
    ? `Deleted as soon as ${life.after}`
    : `Deleted ${formatIsoDuration(life.for)} after ${life.after}`;
}
