import type { AppContext } from "../app-context";
import { reviewableFields } from "../permissions/decide";
import { UNDECIDED_STATUSES } from "./outcomes";

/** Counting stops after this number. */
export const MAX_WAITING_COUNT = 1000;

/**
 * Counts the documents of other people that wait for a decision by this person. Capped; 0 for a
 * suspended person.
 */
export async function countWaitingDocuments(
  { db }: Pick<AppContext, "db">,
  reviewerId: string,
): Promise<number> {
  const reviewer = await db.user.findUnique({
    where: { id: reviewerId, suspendedAt: null },
    select: { role: true, grants: { select: { field: true } } },
  });
  if (!reviewer || reviewer.role === "member") return 0;
  const names = reviewableFields({ grants: reviewer.grants.map(({ field }) => field) });
  return db.file.count({
    where: {
      field: { in: names },
      status: { in: [...UNDECIDED_STATUSES] },
      ownerId: { not: reviewerId },
      purgedAt: null,
    },
    take: MAX_WAITING_COUNT + 1,
  });
}
