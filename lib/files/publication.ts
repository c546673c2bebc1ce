import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import { randomName } from "../id";
import { isPublishable } from "../permissions/read";
import { runAll } from "../run-all";
import { type FileRow, variantKey, variantsSchema } from "./file";
import { executePurges, tryExecutePurges, type PendingWrite, schedulePurge, discardPending, findDuePurgeIds, cancelPurge } from "./purge";

// A picture's variants always lie in the private storage, beside its rendition. Publishing copies them below a fresh random prefix of the
// public storage and points at it; hiding drops the pointer and destroys the copies. So at every moment there is one true state, and an
// old address never comes back to life.
//
// Whatever moves a flag moves `unsettledSince` in the same transaction. So that is both a note for the sweep, should nobody come to settle, and
// the version that a publication under way must still find when it is pointed at: the owner's flag is in another row.

/** Variants copied below a new public prefix, doomed until a commit spares them. */
export type PreparedPublication = PendingWrite & { publicPrefix: string };

/** Longer than it takes to copy a handful of small objects. */
const COPY_SECONDS = 120;

/** Errors: conflict, where another cut took the place of this one meanwhile; unavailable. */
export async function preparePublication(
  deps: AppContext,
  file: Pick<FileRow, "id" | "prefix" | "cut" | "variants">,
): Promise<PreparedPublication> {
  const publicPrefix = `pictures/${randomName()}/`;
  const doomed = [
    { storage: "public" as const, prefix: publicPrefix, fileId: file.id, reason: "unused" as const },
  ];
  const dooms = await deps.db.$transaction((tx) =>
    schedulePurge(tx, deps, doomed, COPY_SECONDS + deps.limits.sweepGrace),
  );
  try {
    await runAll(variantsSchema.parse(file.variants), ({ name, type, size }) =>
      deps.storages.private.copy(variantKey(file, name), deps.storages.public, `${publicPrefix}${name}`, {
        type,
        size,
      }),
    );
  } catch (thrown) {
    await discardPending(deps, { purgeTargets: doomed, purgeIds: dooms }, thrown);
    if (!(thrown instanceof Problem && thrown.code === "not_found")) throw thrown;
    throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.", {
      cause: thrown,
    });
  }
  await deps.onCrashPoint?.("visibility.copied");
  return { publicPrefix, purgeTargets: doomed, purgeIds: dooms };
}

/** The file with this id, or all pictures of this owner. */
export type PictureSelector = { id: string } | { ownerId: string };

/**
 * Notes that flags and publication may differ from now on, and locks the rows until the transaction ends. Each note is later than the one before,
 * so that nobody who settles an earlier change takes this one for settled.
 */
export async function markOutOfSync(tx: Tx, { clock }: Pick<AppContext, "clock">, of: PictureSelector): Promise<void> {
  const now = clock.now();
  if ("id" in of) {
    await tx.$executeRaw`
      UPDATE "File" SET "unsettledSince" = GREATEST(${now}::timestamptz, "unsettledSince" + interval '1 millisecond')
      WHERE id = ${of.id}::uuid AND variants IS NOT NULL AND "purgedAt" IS NULL`;
  } else {
    await tx.$executeRaw`
      UPDATE "File" SET "unsettledSince" = GREATEST(${now}::timestamptz, "unsettledSince" + interval '1 millisecond')
      WHERE "ownerId" = ${of.ownerId}::uuid AND variants IS NOT NULL AND "purgedAt" IS NULL`;
  }
}

/** Drops the pointers of what is published, in the transaction that moves a flag. Returns what to carry out after it. */
export async function unpublishPictures(tx: Tx, deps: Pick<AppContext, "clock">, of: PictureSelector): Promise<string[]> {
  await markOutOfSync(tx, deps, of);
  const shown = await tx.file.findMany({
    where: { ...of, publicPrefix: { not: null } },
    select: { id: true, publicPrefix: true },
  });
  await tx.file.updateMany({
    where: { id: { in: shown.map(({ id }) => id) } },
    data: { publicPrefix: null },
  });
  return schedulePurge(
    tx,
    deps,
    shown.map(({ id, publicPrefix }) => ({
      storage: "public",
      prefix: publicPrefix ?? "",
      fileId: id,
      reason: "hidden",
    })),
  );
}

/** Somebody else may be as often in between; each time one of both has brought the picture further. */
const MAX_SYNC_ROUNDS = 8;

/**
 * Brings a picture's publication in line with its flags, whatever happened in between; what it was published as before is gone from the store
 * when this resolves. Errors: conflict, unavailable.
 */
export async function syncPublication(deps: AppContext, fileId: string): Promise<FileRow> {
  const settled = await syncUntilStable(deps, fileId);
  deps.profileCards?.invalidateTag(settled.ownerId);
  return settled;
}

async function syncUntilStable(deps: AppContext, fileId: string): Promise<FileRow> {
  for (let round = 0; round < MAX_SYNC_ROUNDS; round += 1) {
    const file = await deps.db.file.findUniqueOrThrow({
      where: { id: fileId },
      include: { owner: { select: { visibility: true } } },
    });
    if (isPublishable(file) !== (file.publicPrefix !== null)) {
      await (file.publicPrefix === null ? publishPicture(deps, file) : unpublishPicture(deps, file, file.publicPrefix));
    } else if (await clearOutOfSync(deps, file)) {
      await executePurges(deps, await findDuePurgeIds(deps, fileId));
      return file;
    }
  }
  throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.");
}

/** The columns that decide, as they were read: a change of any of them in between, or of the owner's flag, is not this one's to settle. */
function whereUnchanged({ id, unsettledSince, publicPrefix, cut, visibility, status, purgedAt }: FileRow) {
  return { id, unsettledSince, publicPrefix, cut, visibility, status, purgedAt };
}

async function clearOutOfSync({ db }: AppContext, file: FileRow): Promise<boolean> {
  if (file.unsettledSince === null) return true;
  const { count } = await db.file.updateMany({ where: whereUnchanged(file), data: { unsettledSince: null } });
  return count === 1;
}

async function publishPicture(deps: AppContext, file: FileRow): Promise<void> {
  const prepared = await preparePublication(deps, file).catch((thrown: unknown) => {
    if (thrown instanceof Problem && thrown.code === "conflict") return null;
    throw thrown;
  });
  if (!prepared) return;
  const { publicPrefix, purgeIds: dooms } = prepared;
  const adopt = async (tx: Tx) => {
    const { count } = await tx.file.updateMany({ where: whereUnchanged(file), data: { publicPrefix } });
    if (count === 0) return false;
    await cancelPurge(tx, deps, dooms);
    return true;
  };
  const adopted = await retryTransaction(() => deps.db.$transaction(adopt)).catch(async (thrown: unknown) => {
    await discardPending(deps, prepared, thrown);
    throw thrown;
  });
  if (!adopted) await tryExecutePurges(deps, dooms);
  else await deps.onCrashPoint?.("visibility.switched");
}

async function unpublishPicture(deps: AppContext, file: FileRow, publicPrefix: string): Promise<void> {
  const drop = async (tx: Tx) => {
    const { count } = await tx.file.updateMany({ where: whereUnchanged(file), data: { publicPrefix: null } });
    return count === 0
      ? []
      : schedulePurge(tx, deps, [{ storage: "public", prefix: publicPrefix, fileId: file.id, reason: "hidden" }]);
  };
  const purges = await retryTransaction(() => deps.db.$transaction(drop));
  if (purges.length > 0) await deps.onCrashPoint?.("visibility.switched");
  await executePurges(deps, purges);
}
