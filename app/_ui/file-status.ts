import type { FileStatus as StoredStatus } from "@/lib/db/generated/enums";
import type { FileView } from "@/lib/files/file";
import { statusAt } from "@/lib/files/validity";
import { DECIDED_STAMPS } from "@/lib/review/outcomes";
import type { IconName } from "./icons";

/** A status of a file in the contract, or `destroyed` if the bytes are deleted. */
export type FileStatus = StoredStatus | "destroyed";

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
  ...DECIDED_STAMPS,
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
