import type { AppContext } from "../app-context";
import { appendToTrail, type TrailEntry } from "../audit/trail";
import type { Tx } from "../db/client";
import { lockUser } from "../db/lock-user";
import { notFoundProblem, Problem } from "../errors";
import { isId } from "../id";
import { cancelMail } from "../mail/outbox";
import type { Viewer } from "../permissions/viewer";

/**
 * Cancels an open request. A repeat changes nothing. Errors: not_found; conflict, for a request
 * that is fulfilled.
 */
export async function cancelRequest(
  context: Pick<AppContext, "db" | "clock" | "trailKey">,
  viewer: Viewer,
  id: string,
): Promise<void> {
  const request = isId(id) ? await context.db.request.findUnique({ where: { id } }) : null;
  if (!request) throw notFoundProblem();
  await context.db.$transaction(async (tx) => {
    await lockUser(tx, request.memberId);
    const { count } = await tx.request.updateMany({
      where: { id, state: "open" },
      data: { state: "cancelled" },
    });
    if (count === 1) {
      await cancelMail(tx, `request/${id}`);
      await appendToTrail(tx, context, [entryOf(request.memberId, id, "admin", viewer.id)]);
      return;
    }
    const now = await tx.request.findUnique({ where: { id } });
    if (!now) throw notFoundProblem();
    if (now.state === "fulfilled")
      throw new Problem("conflict", "The document is here already. There is nothing to cancel.");
  });
}

/**
 * Cancels all open requests of a person who leaves or is suspended. Returns the entries for the
 * audit trail: the caller appends them with its own. The caller has locked the person.
 */
export async function cancelRequestsOf(
  tx: Tx,
  memberId: string,
  why: "left" | "suspended",
  byId: string,
): Promise<TrailEntry[]> {
  const cancelled = await tx.request.updateManyAndReturn({
    where: { memberId, state: "open" },
    data: { state: "cancelled" },
    select: { id: true },
  });
  for (const { id } of cancelled) await cancelMail(tx, `request/${id}`);
  return cancelled.map(({ id }) => entryOf(memberId, id, why, byId));
}

function entryOf(memberId: string, requestId: string, why: string, byId: string): TrailEntry {
  return { event: "request.cancelled", byId, subjectId: memberId, detail: { requestId, why } };
}
