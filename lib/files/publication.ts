import type { Tx } from "../db/client";
import { retried } from "../db/conflict";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import { randomName } from "../id";
import { sideBySide } from "../side-by-side";
import { type FileRow, variantKey, variantsSchema } from "./file";
import { carryOut, carryOutSoon, type DoomedAhead, doom, giveUp, remainsOf, spare } from "./purge";

// A picture's variants always lie in the private storage, beside its rendition. Publishing copies them below a fresh random prefix of the
// public storage and points at it; hiding drops the pointer and destroys the copies. So at every moment there is one true state, and an
// old address never comes back to life.
//
// Whatever moves a flag moves `unsettledSince` in the same transaction. So that is both a note for the sweep, should nobody come to settle, and
// the version that a publication under way must still find when it is pointed at: the owner's flag is in another row.

/** Variants copied below a new public prefix, doomed until a commit spares them. */
export type Prepared = DoomedAhead & { publicPrefix: string };

/** Longer than it takes to copy a handful of small objects. */
const COPYING_SECONDS = 120;

/** Errors: conflict, where another cut took the place of this one meanwhile; unavailable. */
export async function preparePublication(
  deps: Deps,
  file: Pick<FileRow, "id" | "prefix" | "cut" | "variants">,
): Promise<Prepared> {
  const publicPrefix = `pictures/${randomName()}/`;
  const doomed = [
    { storage: "public" as const, prefix: publicPrefix, fileId: file.id, reason: "unused" as const },
  ];
  const dooms = await deps.db.$transaction((tx) =>
    doom(tx, deps, doomed, COPYING_SECONDS + deps.limits.sweepGrace),
  );
  try {
    await sideBySide(variantsSchema.parse(file.variants), ({ name, type, size }) =>
      deps.storages.private.copy(variantKey(file, name), deps.storages.public, `${publicPrefix}${name}`, {
        type,
        size,
      }),
    );
  } catch (thrown) {
    await giveUp(deps, { doomed, dooms }, thrown);
    if (!(thrown instanceof Problem && thrown.code === "not_found")) throw thrown;
    throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.", {
      cause: thrown,
    });
  }
  await deps.reached?.("visibility.copied");
  return { publicPrefix, doomed, dooms };
}

/** True where this picture is to be seen by everybody: its own flag and its owner's profile both say so. */
export function isToBePublished(file: FileRow & { owner: { visibility: "public" | "private" } }): boolean {
  return (
    file.variants !== null &&
    file.status === "stored" &&
    file.visibility === "public" &&
    file.owner.visibility === "public" &&
    !file.purgedAt
  );
}

/** The file with this id, or all pictures of this owner. */
export type Pictures = { id: string } | { ownerId: string };

/**
 * Notes that flags and publication may differ from now on, and locks the rows until the transaction ends. Each note is later than the one before,
 * so that nobody who settles an earlier change takes this one for settled.
 */
export async function unsettle(tx: Tx, { clock }: Pick<Deps, "clock">, of: Pictures): Promise<void> {
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
export async function takeDown(tx: Tx, deps: Pick<Deps, "clock">, of: Pictures): Promise<string[]> {
  await unsettle(tx, deps, of);
  const shown = await tx.file.findMany({
    where: { ...of, publicPrefix: { not: null } },
    select: { id: true, publicPrefix: true },
  });
  await tx.file.updateMany({
    where: { id: { in: shown.map(({ id }) => id) } },
    data: { publicPrefix: null },
  });
  return doom(
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
const ROUNDS = 8;

/**
 * Brings a picture's publication in line with its flags, whatever happened in between; what it was published as before is gone from the store
 * when this resolves. Errors: conflict, unavailable.
 */
export async function settlePublication(deps: Deps, fileId: string): Promise<FileRow> {
  const settled = await settle(deps, fileId);
  deps.cards?.forget(settled.ownerId);
  return settled;
}

async function settle(deps: Deps, fileId: string): Promise<FileRow> {
  for (let round = 0; round < ROUNDS; round += 1) {
    const file = await deps.db.file.findUniqueOrThrow({
      where: { id: fileId },
      include: { owner: { select: { visibility: true } } },
    });
    if (isToBePublished(file) !== (file.publicPrefix !== null)) {
      await (file.publicPrefix === null ? publish(deps, file) : unpublish(deps, file, file.publicPrefix));
    } else if (await noteSettled(deps, file)) {
      await carryOut(deps, await remainsOf(deps, fileId));
      return file;
    }
  }
  throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.");
}

/** The columns that decide, as they were read: a change of any of them in between, or of the owner's flag, is not this one's to settle. */
function asRead({ id, unsettledSince, publicPrefix, cut, visibility, status, purgedAt }: FileRow) {
  return { id, unsettledSince, publicPrefix, cut, visibility, status, purgedAt };
}

async function noteSettled({ db }: Deps, file: FileRow): Promise<boolean> {
  if (file.unsettledSince === null) return true;
  const { count } = await db.file.updateMany({ where: asRead(file), data: { unsettledSince: null } });
  return count === 1;
}

async function publish(deps: Deps, file: FileRow): Promise<void> {
  const prepared = await preparePublication(deps, file).catch((thrown: unknown) => {
    if (thrown instanceof Problem && thrown.code === "conflict") return null;
    throw thrown;
  });
  if (!prepared) return;
  const { publicPrefix, dooms } = prepared;
  const adopt = async (tx: Tx) => {
    const { count } = await tx.file.updateMany({ where: asRead(file), data: { publicPrefix } });
    if (count === 0) return false;
    await spare(tx, deps, dooms);
    return true;
  };
  const adopted = await retried(() => deps.db.$transaction(adopt)).catch(async (thrown: unknown) => {
    await giveUp(deps, prepared, thrown);
    throw thrown;
  });
  if (!adopted) await carryOutSoon(deps, dooms);
  else await deps.reached?.("visibility.pointed");
}

async function unpublish(deps: Deps, file: FileRow, publicPrefix: string): Promise<void> {
  const drop = async (tx: Tx) => {
    const { count } = await tx.file.updateMany({ where: asRead(file), data: { publicPrefix: null } });
    return count === 0
      ? []
      : doom(tx, deps, [{ storage: "public", prefix: publicPrefix, fileId: file.id, reason: "hidden" }]);
  };
  const purges = await retried(() => deps.db.$transaction(drop));
  if (purges.length > 0) await deps.reached?.("visibility.pointed");
  await carryOut(deps, purges);
}
