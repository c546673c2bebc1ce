import { type AppContext, secondsFromNow } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { lockUser } from "../db/lock-user";
import { Problem } from "../errors";
import { unpublishPictures } from "../files/publication";
import { tryExecutePurges } from "../files/purge";
import type { Viewer } from "../permissions/viewer";
import { cancelRequestsOf } from "../requests/cancel-requests";
import { dateFilesOf } from "../retention/date-files";
import { endOpenUploads } from "../uploads/abort";
import { endOwnAccess, releaseClaimsOf } from "./end-access";
import { lockAndRequireOtherAdmin } from "./other-admin";

/** A sign-in within this time after leaving undoes it. Seconds. */
const COME_BACK_SECONDS = 30 * 24 * 3600;

/** The transaction dates all files of a member: 10,000 take seven seconds on a busy machine. */
export const DATING_TRANSACTION = { timeout: 30_000 };

/**
 * Lets the viewer leave: the profile is private, the role, the access to documents of other people
 * and all sessions end, and files whose retention counts from leaving get their last day. A repeat
 * changes nothing. Errors: conflict, for the only admin.
 */
export async function leave(context: AppContext, viewer: Viewer): Promise<{ leftAt: string }> {
  const { db, clock } = context;
  const { leftAt, purgeIds } = await retryTransaction(() =>
    db.$transaction(async (tx) => {
      await lockAndRequireOtherAdmin(tx, viewer);
      const person = await tx.user.findUniqueOrThrow({ where: { id: viewer.id } });
      if (person.leftAt) return { leftAt: person.leftAt, purgeIds: [] };
      const leftAt = clock.now();
      await releaseClaimsOf(tx, viewer.id);
      await endOwnAccess(tx, viewer.id);
      const purgeIds = await startLeaving(tx, context, viewer.id, { leftAt });
      const cancelled = await cancelRequestsOf(tx, viewer.id, "left", viewer.id);
      const detail = { role: person.role };
      await appendToTrail(tx, context, [
        { event: "account.left", byId: viewer.id, subjectId: viewer.id, detail },
        ...cancelled,
      ]);
      return { leftAt, purgeIds };
    }, DATING_TRANSACTION),
  );
  context.profileCards?.invalidateTag(viewer.id);
  // The person has left. What fails from here on, the sweep does.
  await tryExecutePurges(context, purgeIds);
  await endOpenUploads(context, { ownerId: viewer.id }, ["issued"]);
  return { leftAt: leftAt.toISOString() };
}

/**
 * Starts the leaving of a person whose claims the transaction has released: the profile is private,
 * role and grants end, and files whose retention counts from it get their last day. Returns the
 * purges to execute after the transaction.
 */
export async function startLeaving(
  tx: Tx,
  context: AppContext,
  id: string,
  { leftAt, letGo = false }: { leftAt: Date; letGo?: boolean },
): Promise<string[]> {
  await tx.user.update({
    where: { id },
    data: { leftAt, letGo, returnedAt: null, visibility: "private", role: "member" },
  });
  await tx.grant.deleteMany({ where: { userId: id } });
  const purgeIds = await unpublishPictures(tx, context, { ownerId: id });
  await dateFilesOf(tx, context, id);
  return purgeIds;
}

/**
 * Undoes leaving: files that wait for it have no last day any more. The profile stays private, and
 * role and grants stay away. Without a leaving it changes nothing. Errors: conflict, for a person
 * whom an admin has let go.
 */
export async function comeBack(context: AppContext, viewer: Viewer): Promise<void> {
  const { letGo } = await context.db.user.findUniqueOrThrow({
    where: { id: viewer.id },
    select: { letGo: true },
  });
  if (letGo)
    throw new Problem("conflict", "An admin has ended your membership. Only an admin can undo this.");
  return undoLeaving(context, viewer.id, new Date(0));
}

/** Undoes leaving at a sign-in within 30 days. Later, only `comeBack` does. */
export function comeBackAtSignIn(context: AppContext, userId: string): Promise<void> {
  return undoLeaving(context, userId, secondsFromNow(context.clock, -COME_BACK_SECONDS));
}

/** Ends the leaving of a person whose row the transaction has locked. The profile stays private. */
export async function cancelLeaving(tx: Tx, context: AppContext, id: string): Promise<void> {
  const returnedAt = context.clock.now();
  await tx.user.update({ where: { id }, data: { leftAt: null, letGo: false, returnedAt } });
  await dateFilesOf(tx, context, id);
}

async function undoLeaving(context: AppContext, userId: string, since: Date): Promise<void> {
  const { db } = context;
  const left = { id: userId, leftAt: { gte: since }, letGo: false, erasureStartedAt: null };
  if ((await db.user.count({ where: left })) === 0) return;
  await retryTransaction(() =>
    db.$transaction(async (tx) => {
      await lockUser(tx, userId);
      if ((await tx.user.count({ where: left })) === 0) return;
      await cancelLeaving(tx, context, userId);
      await appendToTrail(tx, context, [
        { event: "account.returned", byId: userId, subjectId: userId, detail: {} },
      ]);
    }, DATING_TRANSACTION),
  );
}
