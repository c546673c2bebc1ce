import { formatSize } from "@/lib/fields/format-size";
import { formatDuration } from "../format";
import type { UploadState } from "./upload-state";

/** Describes a state in the text beside the progress bar. `size` in bytes. */
export function describeState(state: UploadState, size: number): string {
  switch (state.name) {
    case "queued":
      return "Waiting for other uploads";
    case "paused":
      return `Paused · ${formatSentShare(state.sent, size)}`;
    case "hashing":
    case "ticket":
      return describeStall(state) ?? "Preparing the upload";
    case "sending":
      return describeStall(state) ?? describeSending(state, size);
    case "checking":
      return describeStall(state) ?? "The server is checking the file. This may take a moment.";
    case "done":
      return "Uploaded";
    case "cancelled":
      return "Cancelled";
    case "refused":
    case "failed":
      return state.problem.detail;
  }
}

/** Returns the share of sent bytes, 0 to 1, for the progress bar. Undefined for an empty file. */
export function fractionOf(state: UploadState, size: number): number | undefined {
  if (state.name === "sending" || state.name === "paused") return size === 0 ? undefined : state.sent / size;
  if ("sent" in state && state.sent) return state.sent / size;
  return state.name === "checking" || state.name === "done" ? 1 : 0;
}

function describeSending(
  { sent, secondsLeft }: Extract<UploadState, { name: "sending" }>,
  size: number,
): string {
  const parts = [formatSentShare(sent, size)];
  if (secondsLeft !== undefined && sent < size) parts.push(`${formatDuration(secondsLeft)} left`);
  return parts.join(" · ");
}

/** "62 % · 6.2 MB of 10 MB" */
export function formatSentShare(sent: number, size: number): string {
  return `${Math.floor((sent / size) * 100)} % · ${formatSize(sent)} of ${formatSize(size)}`;
}

function describeStall(state: UploadState): string | null {
  if (!("stall" in state) || !state.stall) return null;
  return state.stall === "offline"
    ? "You are offline. The upload resumes when the connection is back."
    : "The connection was lost. Trying again…";
}

/**
 * Returns what a screen reader announces when a state follows another: the start, each quarter,
 * a stall, the check and the end. Null for every other change, to announce little.
 */
export function announcementOf(
  before: UploadState,
  after: UploadState,
  name: string,
  size: number,
): string | null {
  if (describeStall(after) && describeStall(after) !== describeStall(before))
    return `${name}: ${describeStall(after)}`;
  if (after.name === "sending" && before.name === "sending") {
    const quarter = quarterOf(after.sent, size);
    return quarter > quarterOf(before.sent, size) ? `${name}: ${quarter * 25} percent uploaded` : null;
  }
  if (after.name === before.name) return null;
  switch (after.name) {
    case "hashing":
    case "ticket":
      return before.name === "queued" && !before.isRestart ? `${name}, ${formatSize(size)}: started` : null;
    case "paused":
      return `${name}: paused`;
    case "queued":
      return before.name === "paused" ? `${name}: resumed` : null;
    case "checking":
      return `${name}: the server is checking the file`;
    case "done":
      return `${name}: uploaded`;
    case "cancelled":
      return `${name}: cancelled`;
    case "refused":
    case "failed":
      return `${name}: not uploaded. ${after.problem.detail}`;
    default:
      return null;
  }
}

/** Returns 0 to 3. The announcement of the check covers the last byte. */
function quarterOf(sent: number, size: number): number {
  return sent >= size ? 0 : Math.floor((sent / size) * 4);
}
