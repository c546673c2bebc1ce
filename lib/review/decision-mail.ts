import { type AppContext, secondsFromNow } from "../app-context";
import type { Tx } from "../db/client";
import { cancelMail, enqueueMails } from "../mail/outbox";
import { DECISIONS } from "./decisions";
import type { Outcome } from "./outcomes";

/** Longer than the clocks of two processes differ: an undo comes before the mail. Seconds. */
const MARGIN_SECONDS = 5;

type DecisionMail = { decisionId: string; ownerId: string; outcome: Outcome };

/** Puts the mail about a decision into the outbox. It waits until no reviewer can undo it. */
export async function enqueueDecisionMail(
  tx: Tx,
  context: Pick<AppContext, "clock" | "limits">,
  { decisionId, ownerId, outcome }: DecisionMail,
): Promise<void> {
  await enqueueMails(tx, context, [
    {
      template: DECISIONS[outcome].mail,
      recipientId: ownerId,
      key: keyOf(decisionId),
      detail: { decisionId },
      dueAt: secondsFromNow(context.clock, context.limits.undoTtl + MARGIN_SECONDS),
    },
  ]);
}

/** Removes the mail about a decision that is undone. */
export async function cancelDecisionMail(tx: Tx, decisionId: string): Promise<void> {
  await cancelMail(tx, keyOf(decisionId));
}

function keyOf(decisionId: string): string {
  return `decision/${decisionId}`;
}
