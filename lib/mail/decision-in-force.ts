import { z } from "zod";
import type { MailContext, MailEvent } from "./template";

const detailSchema = z.object({ decisionId: z.uuid() });

/**
 * Tells whether the decision of an event still stands: no reviewer took it back or decided again,
 * the document was neither withdrawn nor replaced, and its retention has not ended.
 */
export async function isDecisionInForce(
  { db }: Pick<MailContext, "db">,
  { detail }: MailEvent,
): Promise<boolean> {
  const { decisionId } = detailSchema.parse(detail);
  const decision = await db.decision.findUnique({
    where: { id: decisionId },
    select: { createdAt: true, file: { select: { decidedAt: true, purgedAt: true, status: true } } },
  });
  if (!decision) return false;
  const { decidedAt, purgedAt, status } = decision.file;
  return (
    decidedAt?.getTime() === decision.createdAt.getTime() && purgedAt === null && status !== "superseded"
  );
}
