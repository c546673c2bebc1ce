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

export type StatusColor = "submitted" | "approved" | "changes" | "refused" | "expired";
type StatusStyle = {
  /** The word for the owner of the file. */
  label: string;
  /** The word on the reviewers' desk, where it differs. */
  reviewerLabel?: string;
  color: StatusColor;
  /** The shape, so that colour never speaks alone. */
  icon: IconName;
};

export const STATUS_STYLES: Record<FileStatus, StatusStyle> = {
  submitted: { label: "Waiting for review", reviewerLabel: "Submitted", color: "submitted", icon: "waiting" },
  approved: { label: "Approved", color: "approved", icon: "check" },
  changes_requested: { label: "Please send again", reviewerLabel: "Changes requested", color: "changes", icon: "again" },
  rejected: { label: "Not accepted", reviewerLabel: "Rejected", color: "refused", icon: "stop" },
  expired: { label: "Expired", color: "expired", icon: "clock" },
  superseded: { label: "Replaced", color: "expired", icon: "swap" },
  withdrawn: { label: "Withdrawn", color: "expired", icon: "minus" },
  stored: { label: "On file", color: "submitted", icon: "lock" },
  destroyed: { label: "Destroyed", color: "expired", icon: "trash" },
};

type Stamped = Pick<FileView, "status" | "validUntil" | "purgedAt">;

/** Chooses the stamp of a file at `now`. A withdrawn file is destroyed too; its stamp says why. */
export function stampOf(file: Stamped, now: Date): FileStatus {
  return file.purgedAt && file.status !== "withdrawn" ? "destroyed" : statusAt(file, now);
}
