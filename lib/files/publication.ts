import type { AppContext } from "../app-context";
import { runAll } from "../concurrency";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { Problem } from "../errors";
import { randomName } from "../id";
import { isPublishable, PUBLICITY_COLUMNS } from "../permissions/read";
import { type FileRow, pictureChangedProblem, variantKey, variantsSchema } from "./file";
import {
  cancelPurge,
  discardPending,
  executePurges,
  findDuePurgeIds,
  type PendingWrite,
  schedulePurge,
  tryExecutePurges,
} from "./purge";
import { requireNoTombstone } from "./tombstones";

// The variants of a picture are always in the private storage. Publishing copies them under a
// random prefix of the public storage and sets `publicPrefix`. Unpublishing clears it and deletes
// the copies. So the row alone says whether a picture is public, and an old URL never works again.
//
// Each change of a flag sets `unsettledSince` in the same transaction. It tells the sweep which
// pictures are out of sync. It is also a version: a publication commits only if it is unchanged,
// because the flag of the owner's profile is in another row.

/**
 * Copies of the variants under a new public prefix, scheduled for purge until a commit cancels
 * that.
 */
export type PreparedPublication = PendingWrite & { publicPrefix: string };

/** Longer than copying the variants of one picture takes. */
const COPY_SECONDS = 120;

/**
 * Copies the variants to the public storage. Errors: conflict, if another crop replaces this one;
 * purged, if a restored backup has brought back a destroyed picture; unavailable.
 */
export async function preparePublication(
  context: AppContext,
  file: Pick<FileRow, "id" | "prefix" | "cut" | "variants">,
): Promise<PreparedPublication> {
  await requireNoTombstone(context, file.id);
  const publicPrefix = `pictures/${randomName()}/`;
  const purgeTargets = [
    { storage: "public" as const, prefix: publicPrefix, fileId: file.id, reason: "unused" as const },
  ];
  const purgeIds = await context.db.$transaction((tx) =>
    schedulePurge(tx, context, purgeTargets, COPY_SECONDS + context.limits.sweepGrace),
  );
  const { storages } = context;
  try {
    await runAll(variantsSchema.parse(file.variants), ({ name, type, size }) =>
      storages.private.copy(variantKey(file, name), storages.public, `${publicPrefix}${name}`, {
        type,
        size,
      }),
    );
  } catch (error) {
    await discardPending(context, { purgeTargets, purgeIds }, error);
    if (!(error instanceof Problem && error.code === "not_found")) throw error;
    throw pictureChangedProblem(error);
  }
  await context.onCrashPoint?.("visibility.copied");
  return { publicPrefix, purgeTargets, purgeIds };
}

/** The file with this id, or all pictures of this owner. */
export type PictureSelector = { id: string } | { ownerId: string };

/**
 * Marks pictures as out of sync, and locks the rows until the transaction ends. The new time is
 * later than the old one, so that a sync of an earlier change cannot clear this mark.
 */
export async function markOutOfSync(
  tx: Tx,
  { clock }: Pick<AppContext, "clock">,
  pictures: PictureSelector,
): Promise<void> {
  const now = clock.now();
  if ("id" in pictures) {
    await tx.$executeRaw`
      UPDATE "File" SET "unsettledSince" = GREATEST(${now}::timestamptz, "unsettledSince" + interval '1 millisecond')
      WHERE id = ${pictures.id}::uuid AND variants IS NOT NULL AND "purgedAt" IS NULL`;
  } else {
    await tx.$executeRaw`
      UPDATE "File" SET "unsettledSince" = GREATEST(${now}::timestamptz, "unsettledSince" + interval '1 millisecond')
      WHERE "ownerId" = ${pictures.ownerId}::uuid AND variants IS NOT NULL AND "purgedAt" IS NULL`;
  }
}

/**
 * Unpublishes pictures in the transaction that changes a flag. Returns the purges to execute after
 * it.
 */
export async function unpublishPictures(
  tx: Tx,
  context: Pick<AppContext, "clock">,
  pictures: PictureSelector,
): Promise<string[]> {
  await markOutOfSync(tx, context, pictures);
  const published = await tx.file.findMany({
    where: { ...pictures, publicPrefix: { not: null } },
    select: { id: true, publicPrefix: true },
  });
  await tx.file.updateMany({
    where: { id: { in: published.map(({ id }) => id) } },
    data: { publicPrefix: null },
  });
  const targets = published.map(
    ({ id, publicPrefix }) =>
      ({ storage: "public", prefix: publicPrefix ?? "", fileId: id, reason: "hidden" }) as const,
  );
  return schedulePurge(tx, context, targets);
}

/** Concurrent requests may interrupt a sync. Each round makes progress for one of them. */
const MAX_SYNC_ROUNDS = 8;

/**
 * Syncs a picture's publication with its visibility flags. When it resolves, the copies of earlier
 * publications are deleted. Errors: conflict, unavailable.
 */
export async function syncPublication(context: AppContext, fileId: string): Promise<FileRow> {
  const file = await syncUntilStable(context, fileId);
  context.profileCards?.invalidateTag(file.ownerId);
  return file;
}

/** Syncs all out-of-sync pictures of a person. Errors: conflict, unavailable. */
export async function syncPublicationsOf(context: AppContext, ownerId: string): Promise<void> {
  const outOfSync = await context.db.file.findMany({
    where: { ownerId, unsettledSince: { not: null } },
    select: { id: true },
  });
  for (const { id } of outOfSync) await syncPublication(context, id);
}

async function syncUntilStable(context: AppContext, fileId: string): Promise<FileRow> {
  for (let round = 0; round < MAX_SYNC_ROUNDS; round += 1) {
    const file = await context.db.file.findUniqueOrThrow({
      where: { id: fileId },
      include: { owner: { select: PUBLICITY_COLUMNS } },
    });
    if (isPublishable(file) !== (file.publicPrefix !== null)) {
      if (file.publicPrefix === null) await publishPicture(context, file);
      else await unpublishPicture(context, file, file.publicPrefix);
    } else if (await clearOutOfSync(context, file)) {
      await executePurges(context, await findDuePurgeIds(context, fileId));
      return file;
    }
  }
  throw pictureChangedProblem();
}

/**
 * Selects the file as it was read. After a change of a flag, also of the owner's, it selects
 * nothing.
 */
function whereUnchanged({ id, unsettledSince, publicPrefix, cut, visibility, status, purgedAt }: FileRow) {
  return { id, unsettledSince, publicPrefix, cut, visibility, status, purgedAt };
}

async function clearOutOfSync({ db }: AppContext, file: FileRow): Promise<boolean> {
  if (file.unsettledSince === null) return true;
  const { count } = await db.file.updateMany({ where: whereUnchanged(file), data: { unsettledSince: null } });
  return count === 1;
}

async function publishPicture(context: AppContext, file: FileRow): Promise<void> {
  const prepared = await preparePublication(context, file).catch((error: unknown) => {
    if (error instanceof Problem && error.code === "conflict") return null;
    throw error;
  });
  if (!prepared) return;
  const { publicPrefix, purgeIds } = prepared;
  const commit = async (tx: Tx) => {
    const { count } = await tx.file.updateMany({ where: whereUnchanged(file), data: { publicPrefix } });
    if (count === 0) return false;
    await cancelPurge(tx, context, purgeIds);
    return true;
  };
  const committed = await retryTransaction(() => context.db.$transaction(commit)).catch(
    async (error: unknown) => {
      await discardPending(context, prepared, error);
      throw error;
    },
  );
  if (!committed) await tryExecutePurges(context, purgeIds);
  else await context.onCrashPoint?.("visibility.switched");
}

async function unpublishPicture(context: AppContext, file: FileRow, publicPrefix: string): Promise<void> {
  const commit = async (tx: Tx) => {
    const { count } = await tx.file.updateMany({ where: whereUnchanged(file), data: { publicPrefix: null } });
    return count === 0
      ? []
      : schedulePurge(tx, context, [
          { storage: "public", prefix: publicPrefix, fileId: file.id, reason: "hidden" },
        ]);
  };
  const purgeIds = await retryTransaction(() => context.db.$transaction(commit));
  if (purgeIds.length > 0) await context.onCrashPoint?.("visibility.switched");
  await executePurges(context, purgeIds);
}
