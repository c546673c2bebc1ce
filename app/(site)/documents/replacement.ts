import type { DocumentSlot, OwnDocument } from "@/lib/files/own-documents";
import { isUndecided } from "@/lib/review/outcomes";

/** What a new file of a one-file field replaces. */
export type Replacement = {
  /** Shown with the control, before the member chooses a file. */
  note: string;
  /** Asked after the choice. Not asked where a reviewer has asked for the new copy. */
  question?: { replacedName: string; effects: string[] };
};

/**
 * Describes what happens to the current files when the member uploads a new one: an approved one
 * stays until the new one is approved, and any other one is replaced at once.
 */
export function replacementOf({ field, current, pending }: DocumentSlot): Replacement | null {
  const [held] = current;
  const [waiting] = pending;
  if (field.many) return null;
  if (waiting && !isUndecided(waiting.status)) {
    return { note: `The new copy replaces ${waiting.name}.${held ? ` ${staysApproved(held)}` : ""}` };
  }
  if (waiting) {
    return {
      note: `The new copy replaces ${waiting.name}, which waits for review.`,
      question: {
        replacedName: waiting.name,
        effects: [
          "Reviewers see only the new copy, and your wait for the review starts again.",
          `${waiting.name} moves to your earlier files.`,
          ...(held ? [staysApproved(held)] : []),
        ],
      },
    };
  }
  if (!held) return null;
  if (!field.reviewed) {
    return {
      note: `The new copy replaces ${held.name}.`,
      question: { replacedName: held.name, effects: [`${held.name} moves to your earlier files.`] },
    };
  }
  return {
    note: `The new copy replaces ${held.name} when a reviewer approves it.`,
    question: {
      replacedName: held.name,
      effects: ["A reviewer looks at the new copy first.", staysApproved(held)],
    },
  };
}

function staysApproved({ name }: OwnDocument): string {
  return `${name} stays approved until a reviewer approves the new copy.`;
}
