import type { Tx } from "../db/client";
import type { AppContext } from "../app-context";
import type { Field } from "../fields/field";
import { schedulePurge, type PurgeReason } from "./purge";

/**
 * The two places of a one-file field: `held` by what counts now (stored or approved), `pending` by what waits for a decision or was not
 * accepted. A unique index allows one file in each, whoever races.
 */
export function slotKey(
  ownerId: string,
  field: Pick<Field, "name" | "many">,
  place: "held" | "pending",
): string | null {
  return field.many ? null : `${ownerId}/${field.name}/${place}`;
}

/**
 * Clears the place that a new file of this field is going to take. An approved document keeps its own: it is superseded only when its
 * replacement is approved. A superseded picture is erased, for nobody needs an old face; a document stays until its retention ends.
 */
export async function supersedeEarlierFile(
  tx: Tx,
  deps: Pick<AppContext, "clock">,
  { ownerId, field }: { ownerId: string; field: Field },
): Promise<{ slot: string | null; version: number; purges: string[] }> {
  const slot = slotKey(ownerId, field, field.reviewed ? "pending" : "held");
  if (slot === null) return { slot, version: 1, purges: [] };
  const version = 1 + (await tx.file.count({ where: { ownerId, field: field.name } }));
  const earlier = await tx.file.findUnique({ where: { slot } });
  if (!earlier) return { slot, version, purges: [] };
  const erased = field.storage === "public";
  const { publicPrefix } = await tx.file.update({
    where: { id: earlier.id },
    data: {
      status: "superseded",
      slot: null,
      claimById: null,
      claimUntil: null,
      ...(erased ? { purgedAt: deps.clock.now() } : {}),
    },
    // Not what was found above: a publication may have come in between, and none comes after this.
    select: { publicPrefix: true },
  });
  if (!erased) return { slot, version, purges: [] };
  await tx.file.update({ where: { id: earlier.id }, data: { publicPrefix: null } });
  await tx.user.update({ where: { id: ownerId }, data: { storedBytes: { decrement: earlier.size } } });
  const whose: { fileId: string; reason: PurgeReason } = { fileId: earlier.id, reason: "superseded" };
  const purges = await schedulePurge(tx, deps, [
    ...(publicPrefix ? [{ storage: "public" as const, prefix: publicPrefix, ...whose }] : []),
    { storage: "private" as const, prefix: earlier.prefix, ...whose },
  ]);
  return { slot, version, purges };
}
