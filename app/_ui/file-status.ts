import type { FileStatus as StoredStatus } from "@/lib/db/generated/enums";
import type { FileView } from "@/lib/files/file";
import { statusAt } from "@/lib/files/validity";
import { DECIDED_STAMPS } from "@/lib/review/outcomes";
import type { IconName } from "./icons";

/** A status of a file in the contract, or `destroyed` if the bytes are deleted. */
export type FileStatus = StoredStatus | "destroyed";

export type StatusColor = "submitted" | "approved" | "changes" | "refused" | "expired";
type StatusStyle = {
  /** The label for the owner of the file. */
  label: string;
  /** The label in the review queue, if it differs. */
  reviewerLabel?: string;
  color: StatusColor;
  /** The icon: colour alone must not carry the meaning. */
  icon: IconName;
};

export const STATUS_STYLES: Record<FileStatus, StatusStyle> = {
  submitted: { label: "Waiting for review", reviewerLabel: "Submitted", color: "submitted", icon: "waiting" },
  ...DECIDED_STAMPS,
  expired: { label: "Expired", color: "expired", icon: "clock" },
  superseded: { label: "Replaced", color: "expired", icon: "swap" },
  withdrawn: { label: "Withdrawn", color: "expired", icon: "minus" },
  stored: { label: "Stored", color: "submitted", icon: "lock" },
  destroyed: { label: "Deleted", color: "expired", icon: "trash" },
};

type FileWithStatus = Pick<FileView, "status" | "validUntil" | "purgedAt">;

/** Chooses the stamp of a file at `now`. A withdrawn file is deleted too; its stamp says why. */
export function stampOf(file: FileWithStatus, now: Date): FileStatus {
  return file.purgedAt && file.status !== "withdrawn" ? "destroyed" : statusAt(file, now);
}
