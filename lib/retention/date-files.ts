import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { RetentionRule } from "../db/generated/client";
import { lockUsers } from "../db/lock-user";
import { type DatedFile, keepUntilOf, type Rule } from "./keep-until";
import { putDeclaredRulesInForce, toRule } from "./rules";

type DatingContext = Pick<AppContext, "db" | "clock" | "timeZone">;

const BATCH_SIZE = 2000;
/** Smaller, because a request waits for it: a busy database still ends each statement in time. */
const OWNER_BATCH_SIZE = 500;

/**
 * Gives files the date of their rule: those from before the rule, and those of a changed rule.
 * A run that `signal` stops leaves its place for the next one. Returns the number of files.
 */
export async function dateFiles(context: DatingContext, signal?: AbortSignal): Promise<number> {
  const { db } = context;
  await db.$transaction((tx) => putDeclaredRulesInForce(tx, context));
  let dated = 0;
  const rules = await db.retentionRule.findMany({ where: { undatedAfter: { not: null } } });
  for (const { field } of rules) {
    for (let isDone = false; !isDone && !signal?.aborted; ) {
      const batch = await retryTransaction(() => db.$transaction((tx) => dateBatch(tx, context, field)));
      dated += batch.count;
      isDone = batch.isLast;
    }
  }
  return dated;
}

type Batch = { count: number; isLast: boolean };

/** Dates the next files of one field. Two runs at once take turns. */
async function dateBatch(tx: Tx, { timeZone }: DatingContext, field: string): Promise<Batch> {
  const next = await tx.retentionRule.findUnique({ where: { field }, select: { undatedAfter: true } });
  if (!next?.undatedAfter) return { count: 0, isLast: true };
  const batch = await tx.$queryRaw<{ id: string; ownerId: string }[]>`
    SELECT id, "ownerId" FROM "File" WHERE field = ${field} AND id > ${next.undatedAfter}::uuid
    ORDER BY id LIMIT ${BATCH_SIZE}`;
  const ids = batch.map(({ id }) => id);
  // As an event does: the owner first, then the rule, then the file.
  await lockUsers(
    tx,
    batch.map(({ ownerId }) => ownerId),
  );
  const [row] = await tx.$queryRaw<RetentionRule[]>`
    SELECT * FROM "RetentionRule" WHERE field = ${field} FOR UPDATE`;
  if (row?.undatedAfter !== next.undatedAfter) return { count: 0, isLast: false };
  await setDates(tx, toRule(row), ids, timeZone);
  const isLast = batch.length < BATCH_SIZE;
  await tx.retentionRule.update({
    where: { field },
    data: { undatedAfter: isLast ? null : (ids.at(-1) ?? null) },
  });
  return { count: batch.length, isLast };
}

/**
 * Gives all files of one owner their dates again, after the owner left or came back. The caller has
 * locked the owner. Files that still wait for the date of a changed rule get it from the job.
 */
export async function dateFilesOf(
  tx: Tx,
  { timeZone }: Pick<DatingContext, "timeZone">,
  ownerId: string,
): Promise<void> {
  const rules = await tx.$queryRaw<RetentionRule[]>`
    SELECT * FROM "RetentionRule" ORDER BY field FOR SHARE`;
  for (const rule of rules) {
    const files = await tx.file.findMany({
      where: { ownerId, field: rule.field, purgedAt: null },
      select: { id: true },
    });
    for (let start = 0; start < files.length; start += OWNER_BATCH_SIZE) {
      const ids = files.slice(start, start + OWNER_BATCH_SIZE).map(({ id }) => id);
      await setDates(tx, toRule(rule), ids, timeZone);
    }
  }
}

async function setDates(tx: Tx, rule: Rule, ids: readonly string[], timeZone: string): Promise<void> {
  const files = await tx.$queryRaw<(DatedFile & { id: string; leftAt: Date | null })[]>`
    SELECT f.id, f.status, f."createdAt", f."decidedAt", f."supersededAt", f."purgedAt", f.facts, u."leftAt"
    FROM "File" f JOIN "User" u ON u.id = f."ownerId" WHERE f.id = ANY(${ids}::uuid[])`;
  const dates = files.map((file) => keepUntilOf(rule, file, { leftAt: file.leftAt, timeZone }));
  await tx.$executeRaw`
    UPDATE "File" f SET "keepUntil" = d."keepUntil"
    FROM unnest(${files.map(({ id }) => id)}::uuid[], ${dates}::timestamptz[]) AS d(id, "keepUntil")
    WHERE f.id = d.id AND f."keepUntil" IS DISTINCT FROM d."keepUntil"`;
}
