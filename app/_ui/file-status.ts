import type { FileView } from "@/lib/files/file";
import { statusAt } from "@/lib/files/validity";
import type { IconName } from "./icons";

/** Every status of a file, as the contract names them, and "destroyed" for one whose bytes are gone. */
export const FILE_STATUSES = [
  "submitted",
  "approved",
  "changes_requested",
  "rejected",
  "expired",
  "superseded",
  "withdrawn",
  "stored",
  "destroyed",
] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

export type StampInk = "submitted" | "approved" | "changes" | "refused" | "expired";
type Look = {
  /** The word for the owner of the file. */
  word: string;
  /** The word on the reviewers' desk, where it differs. */
  desk?: string;
  ink: StampInk;
  /** The shape, so that colour never speaks alone. */
  icon: IconName;
};

export const STATUS_LOOKS: Record<FileStatus, Look> = {
  submitted: { word: "Waiting for review", desk: "Submitted", ink: "submitted", icon: "waiting" },
  approved: { word: "Approved", ink: "approved", icon: "check" },
  changes_requested: { word: "Please send again", desk: "Changes requested", ink: "changes", icon: "again" },
  rejected: { word: "Not accepted", desk: "Rejected", ink: "refused", icon: "stop" },
  expired: { word: "Expired", ink: "expired", icon: "clock" },
  superseded: { word: "Replaced", ink: "expired", icon: "swap" },
  withdrawn: { word: "Withdrawn", ink: "expired", icon: "minus" },
  stored: { word: "On file", ink: "submitted", icon: "lock" },
  destroyed: { word: "Destroyed", ink: "expired", icon: "trash" },
};

type Stamped = Pick<FileView, "status" | "validUntil" | "purgedAt">;

/** Chooses the stamp of a file at `now`. A withdrawn file is destroyed too; its stamp says why. */
export function stampOf(file: Stamped, now: Date): FileStatus {
  return file.purgedAt && file.status !== "withdrawn" ? "destroyed" : statusAt(file, now);
}
