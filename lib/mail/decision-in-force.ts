import { z } from "zod";
import type { MailContext, MailEvent } from "./template";

const detailSchema = z.object({ decisionId: z.uuid() });

/**
 * Tells whether the decision of an event still stands: no reviewer took it back or decided again,
 * and the member neither withdrew nor replaced the document.
 */
export async function isDecisionInForce(
  { db }: Pick<MailContext, "db">,
  { recipientId, detail }: MailEvent,
): Promise<boolean> {
  const { decisionId } = detailSchema.parse(detail);
  const decision = await db.decision.findUnique({
    where: { id: decisionId },
    select: {
      createdAt: true,
      file: { select: { ownerId: true, decidedAt: true, purgedAt: true, status: true } },
    },
  });
  if (!decision) return false;
  const { ownerId, decidedAt, purgedAt, status } = decision.file;
  return (
    ownerId === recipientId &&
    decidedAt?.getTime() === decision.createdAt.getTime() &&
    purgedAt === null &&
    status !== "superseded" &&
    status !== "withdrawn"
  );
}
