import { z } from "zod";
import type { Tx } from "../db/client";
import type { Decision } from "../db/generated/client";
import { FileStatus } from "../db/generated/enums";
import type { Field } from "../fields/field";
import { slotKey } from "../files/supersede";
import { isApproval, type Outcome, SUBMITTED_STATUS } from "./outcomes";

/**
 * What a decision stores for its undo: the file's status and slot, and the approval that it
 * replaced. Decisions of earlier releases have no status here; their files were submitted.
 */
export const decisionSnapshotSchema = z.object({
  status: z.enum(FileStatus).default(SUBMITTED_STATUS),
  slot: z.string().nullable(),
  replaced: z.object({ id: z.string(), slot: z.string(), status: z.enum(FileStatus) }).nullable(),
});

export type DecisionSnapshot = z.infer<typeof decisionSnapshotSchema>;

/** Finds the latest decision on a file, or its undo. */
export function findLastDecision(tx: Tx, fileId: string): Promise<Decision | null> {
  return tx.decision.findFirst({ where: { fileId }, orderBy: [{ createdAt: "desc" }, { id: "desc" }] });
}

/** Builds the slot of a file after this decision. */
export function decidedSlot(ownerId: string, field: Field, outcome: Outcome): string | null {
  return slotKey(ownerId, field, isApproval(outcome) ? "held" : "pending");
}
