import type { Deps } from "../deps";
import { Problem } from "../errors";
import { randomName } from "../id";
import { type FileRow, variantKey, variantsSchema } from "./file";
import { carryOut, carryOutSoon, doom, spare } from "./purge";

// A picture's variants always lie in the private storage, beside its rendition. Publishing copies them below a fresh random prefix of the
// public storage and points at it; hiding drops the pointer and destroys the copies. So at every moment there is one true state, and an
// old address never comes back to life.

/** Variants copied below a new public prefix, doomed until a commit spares them. */
export type Prepared = { publicPrefix: string; dooms: string[] };

/** Longer than it takes to copy a handful of small objects. */
const COPYING_SECONDS = 120;

/** Errors: conflict, where another cut took the place of this one meanwhile; unavailable. */
export async function preparePublication(
  deps: Deps,
  file: Pick<FileRow, "id" | "prefix" | "cut" | "variants">,
): Promise<Prepared> {
  const publicPrefix = `pictures/${randomName()}/`;
  const doomed = [{ storage: "public" as const, prefix: publicPrefix, fileId: file.id }];
  const dooms = await deps.db.$transaction((tx) =>
    doom(tx, deps, doomed, COPYING_SECONDS + deps.limits.sweepGrace),
  );
  try {
    for (const { name, type } of variantsSchema.parse(file.variants)) {
      await deps.storages.private.copy(
        variantKey(file, name),
        deps.storages.public,
        `${publicPrefix}${name}`,
        { type },
      );
    }
  } catch (thrown) {
    await carryOutSoon(deps, dooms);
    if (!(thrown instanceof Problem && thrown.code === "not_found")) throw thrown;
    throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.", {
      cause: thrown,
    });
  }
  await deps.reached?.("visibility.copied");
  return { publicPrefix, dooms };
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

const TRIES = 3;

/** Brings a picture's publication in line with its flags, whatever happened in between. Errors: conflict, unavailable. */
export async function settlePublication(deps: Deps, fileId: string): Promise<FileRow> {
  const { db } = deps;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const file = await db.file.findUniqueOrThrow({
      where: { id: fileId },
      include: { owner: { select: { visibility: true } } },
    });
    if (isToBePublished(file) === (file.publicPrefix !== null)) return file;
    const settled =
      file.publicPrefix === null ? await publish(deps, file) : await unpublish(deps, file, file.publicPrefix);
    if (settled) return db.file.findUniqueOrThrow({ where: { id: fileId } });
  }
  throw new Problem("conflict", "The picture is being changed elsewhere. Please look again.");
}

async function publish(deps: Deps, file: FileRow): Promise<boolean> {
  const prepared = await preparePublication(deps, file).catch((thrown: unknown) => {
    if (thrown instanceof Problem && thrown.code === "conflict") return null;
    throw thrown;
  });
  if (!prepared) return false;
  const { publicPrefix, dooms } = prepared;
  const adopted = await deps.db.$transaction(async (tx) => {
    const { count } = await tx.file.updateMany({
      where: {
        id: file.id,
        publicPrefix: null,
        cut: file.cut,
        status: "stored",
        visibility: "public",
        purgedAt: null,
        owner: { visibility: "public" },
      },
      data: { publicPrefix },
    });
    if (count === 0) return false;
    if (!(await spare(tx, deps, dooms)))
      throw new Problem("conflict", "This took too long. Please try again.");
    return true;
  });
  if (!adopted) await carryOutSoon(deps, dooms);
  else await deps.reached?.("visibility.pointed");
  return adopted;
}

async function unpublish(deps: Deps, file: FileRow, publicPrefix: string): Promise<boolean> {
  const purges = await deps.db.$transaction(async (tx) => {
    const { count } = await tx.file.updateMany({
      where: { id: file.id, publicPrefix },
      data: { publicPrefix: null },
    });
    return count === 0
      ? null
      : doom(tx, deps, [{ storage: "public", prefix: publicPrefix, fileId: file.id }]);
  });
  if (purges) {
    await deps.reached?.("visibility.pointed");
    await carryOut(deps, purges);
  }
  return purges !== null;
}
