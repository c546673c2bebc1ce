import { type AppContext, secondsFromNow } from "../app-context";
import { erasePeopleFromTrail } from "../audit/erase-people";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { Prisma } from "../db/generated/client";
import { lockUser } from "../db/lock-user";
import { addDuration, dayOf } from "../fields/calendar";
import { putPersonTombstone } from "../files/tombstones";
import { removeMailFiles } from "../mail/mail-folder";
import { enqueueMails } from "../mail/outbox";
import { safeErrorReason } from "../observability/safe-error-reason";
import { isHeld } from "../retention/held-in-sql";
import { FIRST_ID } from "../retention/rules";
import { staysAfterErasure } from "./stays-in-sql";

const PEOPLE_BATCH = 100;
const ROW_BATCH = 2000;
const FILE_BATCH = 500;
/** How long the last mail may wait. Then the address goes, sent or not. Seconds. */
const MAIL_SECONDS = 2 * 24 * 3600;

/**
 * Finishes erasures whose bytes are deleted: puts the last mail into the outbox, waits until it is
 * delivered, at most two days, and deletes the rows. The person's own row goes with the last file;
 * as long as files stay, it has neither name nor address. Returns the number of people whose
 * address went.
 */
export async function finishErasures(context: AppContext, signal?: AbortSignal): Promise<number> {
  await forEachPerson(context, isReadyForMail(context), signal, (id) => reportErasure(context, id));
  await context.onCrashPoint?.("erasure.reported");
  const isReady = isReadyToEnd(context);
  await forEachPerson(context, isReady, signal, (id) => deleteRows(context, id, signal));
  await context.onCrashPoint?.("erasure.stripped");
  let erased = 0;
  await forEachPerson(context, isReady, signal, async (id) => {
    if (await endPerson(context, id)) erased += 1;
  });
  return erased;
}

/** Runs `step` for each person of a started erasure who matches a condition on "User". */
async function forEachPerson(
  { db }: Pick<AppContext, "db">,
  condition: Prisma.Sql,
  signal: AbortSignal | undefined,
  step: (id: string) => Promise<void>,
): Promise<void> {
  for (let after = FIRST_ID; !signal?.aborted; ) {
    const people = await db.$queryRaw<{ id: string }[]>`
      SELECT id FROM "User" WHERE "erasureDueAt" IS NOT NULL AND "erasureStartedAt" IS NOT NULL
        AND id > ${after}::uuid AND ${condition}
      ORDER BY id LIMIT ${PEOPLE_BATCH}`;
    for (const { id } of people) {
      if (signal?.aborted) return;
      await step(id);
    }
    const last = people.at(-1);
    if (!last || people.length < PEOPLE_BATCH) return;
    after = last.id;
  }
}

/**
 * No bytes are left but those that stay. An inspection may have written some until the purge of its
 * keys is due.
 */
function hasNoBytes({ clock, limits }: Pick<AppContext, "clock" | "limits">): Prisma.Sql {
  const now = clock.now();
  const lastInspection = secondsFromNow(clock, -limits.sweepGrace);
  return Prisma.sql`
    NOT EXISTS (
      SELECT FROM "File" f WHERE f."ownerId" = "User".id AND f."purgedAt" IS NULL AND NOT ${staysAfterErasure("f")})
    AND NOT EXISTS (
      SELECT FROM "Purge" p JOIN "File" f ON f.id = p."fileId"
      WHERE f."ownerId" = "User".id AND (f."purgedAt" IS NOT NULL OR p.storage = 'public'))
    AND NOT EXISTS (
      SELECT FROM "Upload" t WHERE t."ownerId" = "User".id AND (
        t.state IN ('issued', 'inspecting') OR t."inspectingUntil" > ${lastInspection}
        OR EXISTS (SELECT FROM "Purge" p WHERE p.storage = 'private' AND p.prefix = t.key AND p."dueAt" <= ${now})))`;
}

function isReadyForMail(context: AppContext): Prisma.Sql {
  return Prisma.sql`"erasedAt" IS NULL AND ${hasNoBytes(context)}
    AND NOT EXISTS (SELECT FROM "Mail" m WHERE m.key = 'erasure-done/' || "User".id)`;
}

/** A person whose last mail has ended, and later one whose last kept file has ended. */
function isReadyToEnd(context: AppContext): Prisma.Sql {
  const mailLimit = secondsFromNow(context.clock, -MAIL_SECONDS);
  return Prisma.sql`${hasNoBytes(context)} AND CASE WHEN "erasedAt" IS NULL
    THEN EXISTS (
      SELECT FROM "Mail" m WHERE m.key = 'erasure-done/' || "User".id
        AND (m.state <> 'waiting' OR m."createdAt" <= ${mailLimit}))
    ELSE NOT EXISTS (SELECT FROM "File" f WHERE f."ownerId" = "User".id)
      OR EXISTS (SELECT FROM "File" f WHERE f."ownerId" = "User".id AND ${isDeletable("f")}) END`;
}

/** The record may go: the bytes are gone, their receipt is written, and there is no hold on it. */
function isDeletable(alias: string): Prisma.Sql {
  const file = Prisma.raw(`"${alias}"`);
  return Prisma.sql`(${file}."purgedAt" IS NOT NULL AND NOT ${isHeld(alias)}
    AND NOT EXISTS (SELECT FROM "Purge" WHERE "fileId" = ${file}.id))`;
}

/**
 * Writes the person's tombstone, and puts the last mail into the outbox. The mail says how many
 * files were deleted and how many stay.
 */
async function reportErasure(context: AppContext, id: string): Promise<void> {
  const { db, clock, limits, timeZone, storages, log } = context;
  try {
    await putPersonTombstone(storages.private, id);
  } catch (error) {
    log.warn("The tombstone of an erased person was not written. The next run tries again.", {
      reason: safeErrorReason(error),
    });
    return;
  }
  const backupsGoneOn = addDuration(dayOf(clock.now(), timeZone), `P${limits.backupDays}D`);
  const [counts] = await db.$queryRaw<
    { deleted: number; dated: number; held: number; lastDay: Date | null }[]
  >`
    SELECT
      (SELECT count(*)::int FROM "Receipt" r JOIN "File" f ON f.id = r."fileId"
        WHERE f."ownerId" = ${id}::uuid AND r.reason = 'erasure') AS deleted,
      count(*) FILTER (WHERE NOT is_held)::int AS dated,
      count(*) FILTER (WHERE is_held)::int AS held,
      max("keepUntil") FILTER (WHERE NOT is_held) AS "lastDay"
    FROM (
      SELECT "keepUntil", ${isHeld()} AS is_held FROM "File" WHERE "ownerId" = ${id}::uuid AND "purgedAt" IS NULL
    ) AS kept`;
  const { deleted = 0, dated = 0, held = 0, lastDay = null } = counts ?? {};
  await db.$transaction(async (tx) => {
    await lockUser(tx, id);
    await enqueueMails(tx, context, [
      {
        template: "erasure-done",
        recipientId: id,
        key: `erasure-done/${id}`,
        detail: {
          ...{ deleted, dated, held, backupsGoneOn },
          ...(lastDay ? { lastDay: dayOf(lastDay, timeZone) } : {}),
        },
      },
    ]);
  });
}

/** Deletes or empties the rows of a person, in batches: a cascade would take too long. */
async function deleteRows({ db }: AppContext, id: string, signal?: AbortSignal): Promise<void> {
  const files = Prisma.sql`SELECT f.id FROM "File" f WHERE f."ownerId" = ${id}::uuid AND ${isDeletable("f")}`;
  const batches: [size: number, run: () => Promise<number>][] = [
    [
      ROW_BATCH,
      () => db.$executeRaw`
        DELETE FROM "Upload" WHERE id IN (SELECT id FROM "Upload" WHERE "ownerId" = ${id}::uuid LIMIT ${ROW_BATCH})`,
    ],
    [
      ROW_BATCH,
      () => db.$executeRaw`
        DELETE FROM "Access" WHERE id IN (SELECT id FROM "Access" WHERE "fileId" IN (${files}) LIMIT ${ROW_BATCH})`,
    ],
    [FILE_BATCH, () => db.$executeRaw`DELETE FROM "File" WHERE id IN (${files} LIMIT ${FILE_BATCH})`],
    [
      ROW_BATCH,
      // What this person opened of others stays, as the log promises them. On the person's own
      // files the name goes too.
      () => db.$executeRaw`
        UPDATE "Access" a SET "byId" = NULL, address = NULL, "userAgent" = NULL,
          "byName" = CASE WHEN f."ownerId" = ${id}::uuid THEN NULL ELSE a."byName" END,
          "byRole" = CASE WHEN f."ownerId" = ${id}::uuid THEN NULL ELSE a."byRole" END,
          "byShortId" = CASE WHEN f."ownerId" = ${id}::uuid THEN NULL ELSE a."byShortId" END
        FROM "File" f
        WHERE f.id = a."fileId" AND a.id IN (SELECT id FROM "Access" WHERE "byId" = ${id}::uuid LIMIT ${ROW_BATCH})`,
    ],
    [
      ROW_BATCH,
      () => db.$executeRaw`
        UPDATE "Decision" SET "byId" = NULL
        WHERE id IN (SELECT id FROM "Decision" WHERE "byId" = ${id}::uuid LIMIT ${ROW_BATCH})`,
    ],
  ];
  for (const [size, run] of batches)
    for (let last = size; last === size && !signal?.aborted; ) last = await run();
}

/**
 * Deletes the row of a person, or takes name and address from it as long as files stay. Returns
 * true if the address went now.
 */
async function endPerson(context: AppContext, id: string): Promise<boolean> {
  const { db, clock, mail } = context;
  if (mail?.folder !== undefined) {
    const mails = await db.mail.findMany({ where: { recipientId: id }, select: { id: true } });
    await removeMailFiles(
      mail.folder,
      mails.map(({ id }) => id),
    );
  }
  return retryTransaction(() =>
    db.$transaction(async (tx) => {
      await lockUser(tx, id);
      const person = await tx.user.findFirst({ where: { id, erasureStartedAt: { not: null } } });
      if (!person) return false;
      if ((await tx.file.count({ where: { ownerId: id } })) === 0) {
        await tx.user.delete({ where: { id } });
        await eraseLaterEntries(tx, context, id);
      } else {
        await tx.mail.deleteMany({ where: { recipientId: id } });
        const email = `${id}@erased.invalid`;
        await tx.user.update({ where: { id }, data: { email, erasedAt: person.erasedAt ?? clock.now() } });
      }
      return person.erasedAt === null;
    }),
  );
}

/** A hold on a file that stayed has a reason in the trail. */
async function eraseLaterEntries(
  tx: Tx,
  context: Pick<AppContext, "clock" | "trailKey">,
  id: string,
): Promise<void> {
  if ((await tx.personKey.count({ where: { personId: id } })) > 0)
    await erasePeopleFromTrail(tx, context, [id]);
}
