import { z } from "zod";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { lockUser } from "../db/lock-user";
import { notFoundProblem, Problem } from "../errors";
import { isId, newId } from "../id";
import type { Viewer } from "../permissions/viewer";
import { multiLineText } from "../text-schemas";
import { isHeld } from "./held-in-sql";

const reasonSchema = multiLineText({ min: 1, max: 500 });

export const newHoldSchema = z
  .strictObject({ fileId: z.string().optional(), memberId: z.string().optional(), reason: reasonSchema })
  .refine(({ fileId, memberId }) => (fileId === undefined) !== (memberId === undefined), {
    message: "Name either a file or a member.",
    path: ["fileId"],
  });
export const holdReleaseSchema = z.strictObject({ reason: reasonSchema });

export type NewHold = z.infer<typeof newHoldSchema>;

export type HoldView = {
  id: string;
  fileId?: string;
  memberId?: string;
  reason: string;
  by: string;
  createdAt: string;
  released?: { at: string; by: string | null; reason: string };
};

type HoldContext = Pick<AppContext, "db" | "clock" | "trailKey">;

/**
 * Places a hold: the retention job leaves the file, or all files of the member, until the hold is
 * released. A job that is about to destroy the file ends first. Errors: not_found; purged.
 */
export async function placeHold(
  context: HoldContext,
  viewer: Viewer,
  { fileId, memberId, reason }: NewHold,
): Promise<{ id: string }> {
  const { db, clock } = context;
  const id = newId();
  await db.$transaction(async (tx) => {
    const personId = await findHeldOwner(tx, { fileId, memberId });
    await lockUser(tx, personId);
    // An erasure may have deleted the file or the member meanwhile.
    await findHeldOwner(tx, { fileId, memberId });
    const file = fileId ? await tx.file.findUnique({ where: { id: fileId } }) : null;
    if (file?.purgedAt)
      throw new Problem("purged", "The file was permanently deleted. A hold comes too late.");
    await tx.hold.create({
      data: {
        id,
        fileId: fileId ?? null,
        memberId: memberId ?? null,
        reason,
        byId: viewer.id,
        createdAt: clock.now(),
      },
    });
    await appendToTrail(tx, context, [
      {
        event: "hold.placed",
        byId: viewer.id,
        subjectId: fileId ?? personId,
        detail: { holdId: id },
        personal: { personId, text: reason },
      },
    ]);
  });
  return { id };
}

/** Returns the person whose files a hold concerns. Errors: not_found. */
async function findHeldOwner(
  tx: Tx,
  { fileId, memberId }: { fileId?: string | null | undefined; memberId?: string | null | undefined },
): Promise<string> {
  const id = fileId ?? memberId ?? "";
  if (!isId(id)) throw notFoundProblem();
  if (memberId) {
    if ((await tx.user.count({ where: { id } })) === 0) throw notFoundProblem();
    return id;
  }
  const file = await tx.file.findUnique({ where: { id }, select: { ownerId: true } });
  if (!file) throw notFoundProblem();
  return file.ownerId;
}

/**
 * Releases a hold. The next run of the job destroys what is past its last day. A repeat is not
 * found. Errors: not_found.
 */
export async function releaseHold(
  context: HoldContext,
  viewer: Viewer,
  id: string,
  { reason }: z.infer<typeof holdReleaseSchema>,
): Promise<void> {
  if (!isId(id)) throw notFoundProblem();
  await context.db.$transaction(async (tx) => {
    const [hold] = await tx.hold.updateManyAndReturn({
      where: { id, releasedAt: null },
      data: { releasedAt: context.clock.now(), releasedById: viewer.id, releaseReason: reason },
    });
    if (!hold) throw notFoundProblem();
    const personId = await findHeldOwner(tx, hold);
    await appendToTrail(tx, context, [
      {
        event: "hold.released",
        byId: viewer.id,
        subjectId: hold.fileId ?? personId,
        detail: { holdId: id },
        personal: { personId, text: reason },
      },
    ]);
  });
}

const PAGE_SIZE = 50;

/** Lists holds: those in force, then the latest. `cursor` is the `next` of the page before. */
export async function listHolds(
  { db }: Pick<AppContext, "db">,
  cursor?: string,
): Promise<{ items: HoldView[]; next: string | null }> {
  const rows = await db.hold.findMany({
    orderBy: [{ releasedAt: { sort: "desc", nulls: "first" } }, { createdAt: "desc" }, { id: "desc" }],
    take: PAGE_SIZE + 1,
    ...(cursor && isId(cursor) ? { cursor: { id: cursor }, skip: 1 } : {}),
  });
  const items = rows.slice(0, PAGE_SIZE).map((row) => ({
    id: row.id,
    ...(row.fileId ? { fileId: row.fileId } : {}),
    ...(row.memberId ? { memberId: row.memberId } : {}),
    reason: row.reason,
    by: row.byId,
    createdAt: row.createdAt.toISOString(),
    ...(row.releasedAt
      ? {
          released: {
            at: row.releasedAt.toISOString(),
            by: row.releasedById,
            reason: row.releaseReason ?? "",
          },
        }
      : {}),
  }));
  return { items, next: rows.length > PAGE_SIZE ? (items.at(-1)?.id ?? null) : null };
}

/** Returns the ids of those of a member's files that a hold keeps. */
export async function findHeldFileIds({ db }: { db: Tx }, ownerId: string): Promise<ReadonlySet<string>> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    SELECT id FROM "File" WHERE "ownerId" = ${ownerId}::uuid AND "purgedAt" IS NULL AND ${isHeld()}`;
  return new Set(rows.map(({ id }) => id));
}
