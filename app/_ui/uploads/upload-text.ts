import { formatDuration, formatSize } from "../format";
import type { UploadState } from "./upload-state";

/** What stands beside the bar. `size` in bytes. */
export function describeState(state: UploadState, size: number): string {
  switch (state.name) {
    case "queued":
      return "Waiting for its turn";
    case "paused":
      return `Paused · ${formatSentShare(state.sent, size)}`;
    case "hashing":
    case "ticket":
      return describeStall(state) ?? "Getting ready";
    case "sending":
      return describeStall(state) ?? describeSending(state, size);
    case "checking":
      return describeStall(state) ?? "Arrived. Being checked; this may take a moment.";
    case "done":
      return "Arrived";
    case "cancelled":
      return "Cancelled";
    case "refused":
    case "failed":
      return state.problem.detail;
  }
}

/** The part that has left, 0 to 1; undefined where that says nothing. */
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
    ? "You are offline. It goes on by itself when the connection is back."
    : "The connection was lost. Trying again…";
}

/**
 * What a listener is told when one state follows another: the beginning, each quarter, a stop, the check, the end. Null for
 * everything in between, which would only be noise.
 */
export function announcementOf(
  before: UploadState,
  after: UploadState,
  name: string,
  size: number,
): string | null {
  if (describeStall(after) && describeStall(after) !== describeStall(before)) return `${name}: ${describeStall(after)}`;
  if (after.name === "sending" && before.name === "sending") {
    const quarter = quarterOf(after.sent, size);
    return quarter > quarterOf(before.sent, size) ? `${name}: ${quarter * 25} percent sent` : null;
  }
  if (after.name === before.name) return null;
  switch (after.name) {
    case "hashing":
    case "ticket":
      return before.name === "queued" && !before.isRestart ? `${name}, ${formatSize(size)}: started` : null;
    case "paused":
      return `${name}: paused`;
    case "queued":
      return before.name === "paused" ? `${name}: going on` : null;
    case "checking":
      return `${name} has arrived and is being checked`;
    case "done":
      return `${name} is in`;
    case "cancelled":
      return `${name}: cancelled`;
    case "refused":
    case "failed":
      return `${name} could not be sent. ${after.problem.detail}`;
    default:
      return null;
  }
}

/** 0 to 3. That all of it has left is told by the check. */
function quarterOf(sent: number, size: number): number {
  return sent >= size ? 0 : Math.floor((sent / size) * 4);
}
