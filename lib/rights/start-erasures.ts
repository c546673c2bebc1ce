import { removeSecondFactors } from "../accounts/second-factors";
import type { AppContext } from "../app-context";
import { erasePeopleFromTrail } from "../audit/erase-people";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { lockUser, lockUsers } from "../db/lock-user";
import { unpublishPictures } from "../files/publication";
import { type PurgeTarget, schedulePurge } from "../files/purge";
import { safeErrorReason } from "../observability/safe-error-reason";
import { dateFilesOf } from "../retention/date-files";
import { releaseQuota } from "../retention/destroy-due-files";
import { FIRST_ID } from "../retention/rules";
import { endOpenUploads } from "../uploads/abort";
import { DATING_TRANSACTION } from "./leave";
import { staysAfterErasure } from "./stays-in-sql";

const PEOPLE_BATCH = 50;
const FILE_BATCH = 500;

/**
 * Starts the erasures that are due, and continues those that have started: closes the accounts,
 * ends open uploads, and schedules the deletion of all bytes but those that stay. Returns the
 * number of files that end.
 */
export async function startErasures(context: AppContext, signal?: AbortSignal): Promise<number> {
  await closeDueAccounts(context, signal);
  await context.onCrashPoint?.("erasure.started");
  const people = { owner: { erasureStartedAt: { not: null } } };
  await endOpenUploads(context, people, ["issued", "inspecting"], signal);
  let ended = 0;
  for (let after = FIRST_ID; !signal?.aborted; ) {
    const batch = await findFilesToErase(context, after);
    ended += await retryTransaction(() => context.db.$transaction((tx) => eraseFiles(tx, context, batch)));
    const last = batch.at(-1);
    if (!last || batch.length < FILE_BATCH) break;
    after = last.id;
  }
  await context.onCrashPoint?.("purge.scheduled");
  return ended;
}

/**
 * Starts the erasure again of people whom a restored database has brought back. `startErasures`
 * closes their accounts. Returns their number. With `isDryRun` it only counts.
 */
export async function eraseReturnedPeople(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  ids: readonly string[],
  isDryRun: boolean,
): Promise<number> {
  const where = { id: { in: [...ids] }, erasureStartedAt: null };
  if (isDryRun || ids.length === 0) return db.user.count({ where });
  return (await db.user.updateMany({ where, data: { erasureDueAt: clock.now() } })).count;
}

async function closeDueAccounts(context: AppContext, signal?: AbortSignal): Promise<void> {
  const { db, clock, log } = context;
  for (let after = FIRST_ID; !signal?.aborted; ) {
    const due = await db.user.findMany({
      where: { erasureDueAt: { lte: clock.now() }, erasureStartedAt: null, id: { gt: after } },
      orderBy: { id: "asc" },
      take: PEOPLE_BATCH,
      select: { id: true },
    });
    for (const { id } of due) {
      if (signal?.aborted) return;
      try {
        await retryTransaction(() =>
          db.$transaction((tx) => closeAccount(tx, context, id), DATING_TRANSACTION),
        );
      } catch (error) {
        // One account must not keep the others waiting.
        log.error("An account could not be closed. The next run tries again.", {
          reason: safeErrorReason(error),
        });
      }
    }
    const last = due.at(-1);
    if (!last || due.length < PEOPLE_BATCH) return;
    after = last.id;
  }
}

/** Closes the account of a person, unless another run has done it or the person keeps it. */
async function closeAccount(tx: Tx, context: AppContext, id: string): Promise<void> {
  const { clock } = context;
  await lockUser(tx, id);
  const now = clock.now();
  const person = await tx.user.findFirst({
    where: { id, erasureDueAt: { lte: now }, erasureStartedAt: null },
  });
  if (!person) return;
  // Before the person's own row changes: a decision that holds such a file refers to that row.
  await tx.file.updateMany({
    where: { OR: [{ claimById: id }, { ownerId: id, claimById: { not: null } }] },
    data: { claimById: null, claimUntil: null },
  });
  await tx.session.deleteMany({ where: { userId: id } });
  await tx.account.deleteMany({ where: { userId: id } });
  await removeSecondFactors(tx, id);
  await tx.grant.deleteMany({ where: { userId: id } });
  await tx.verification.deleteMany({ where: { OR: [{ identifier: person.email }, { value: id }] } });
  await tx.oneTimeLink.deleteMany({ where: { personId: id } });
  await tx.invitation.deleteMany({ where: { email: person.email } });
  await tx.invitation.updateMany({ where: { invitedById: id }, data: { invitedById: null } });
  await tx.mail.deleteMany({ where: { recipientId: id, state: "waiting" } });
  await tx.request.deleteMany({ where: { memberId: id } });
  await tx.retentionRule.updateMany({
    where: { proposedById: id },
    data: { proposedById: null, proposedRule: null },
  });
  await tx.user.update({
    where: { id },
    data: {
      name: "Deleted account",
      handle: `deleted-${id}`,
      headline: "",
      bio: "",
      workName: null,
      badges: [],
      pronouns: "",
      location: "",
      languages: "",
      links: [],
      visibility: "private",
      role: "member",
      // Only the last mail, about security, goes out.
      mailOff: true,
      leftAt: person.leftAt ?? person.erasureDueAt,
      erasureStartedAt: now,
    },
  });
  await unpublishPictures(tx, context, { ownerId: id });
  await dateFilesOf(tx, context, id);
  await erasePeopleFromTrail(tx, context, [id]);
}

type FileToErase = { id: string; ownerId: string };

function findFilesToErase({ db }: Pick<AppContext, "db">, after: string): Promise<FileToErase[]> {
  return db.$queryRaw<FileToErase[]>`
    SELECT f.id, f."ownerId" FROM "User" u JOIN "File" f ON f."ownerId" = u.id
    WHERE u."erasureDueAt" IS NOT NULL AND u."erasureStartedAt" IS NOT NULL
      AND f.id > ${after}::uuid AND f."purgedAt" IS NULL AND NOT ${staysAfterErasure("f")}
    ORDER BY f.id LIMIT ${FILE_BATCH}`;
}

type ErasedFile = {
  id: string;
  ownerId: string;
  size: bigint;
  prefix: string;
  publicPrefix: string | null;
};

/** Ends those of the files that still do not stay. Returns how many. */
async function eraseFiles(
  tx: Tx,
  context: Pick<AppContext, "clock">,
  batch: readonly FileToErase[],
): Promise<number> {
  // The owner before the file, as each event does. A hold may have come meanwhile.
  await lockUsers(
    tx,
    batch.map(({ ownerId }) => ownerId),
  );
  const ids = batch.map(({ id }) => id);
  const erased = await tx.$queryRaw<ErasedFile[]>`
    UPDATE "File" SET "purgedAt" = ${context.clock.now()}, "keepUntil" = NULL, status = 'withdrawn', slot = NULL,
      "claimById" = NULL, "claimUntil" = NULL
    WHERE id = ANY(${ids}::uuid[]) AND "purgedAt" IS NULL AND NOT ${staysAfterErasure()}
    RETURNING id, "ownerId", size, prefix, "publicPrefix"`;
  await tx.file.updateMany({
    where: { id: { in: erased.map(({ id }) => id) }, publicPrefix: { not: null } },
    data: { publicPrefix: null },
  });
  await releaseQuota(tx, erased);
  const targets = erased.flatMap(({ id, prefix, publicPrefix }): PurgeTarget[] => {
    const ofFile = { fileId: id, reason: "erasure" } as const;
    return [
      ...(publicPrefix ? [{ storage: "public" as const, prefix: publicPrefix, ...ofFile }] : []),
      { storage: "private", prefix, ...ofFile },
    ];
  });
  await schedulePurge(tx, context, targets);
  return erased.length;
}
