import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { Problem } from "../errors";
import type { Field } from "../fields/field";
import { updateKeepUntil } from "../retention/update-keep-until";
import { schedulePurge } from "./purge";

/**
 * Builds the key of one of the two slots of a one-file field: `held` for the stored or approved
 * file, `pending` for a file without an approval. A unique index allows one file in each slot.
 */
export function slotKey(
  ownerId: string,
  field: Pick<Field, "name" | "many">,
  slot: "held" | "pending",
): string | null {
  return field.many ? null : `${ownerId}/${field.name}/${slot}`;
}

/**
 * Clears the slot for a new file of this field. An approved document has its own slot: the approval
 * of the new one supersedes it. The bytes of a superseded picture are purged; those of a document
 * stay until its retention ends. The caller has locked the owner's row. Errors: conflict.
 */
export async function supersedeEarlierFile(
  tx: Tx,
  context: Pick<AppContext, "clock" | "timeZone">,
  { ownerId, field }: { ownerId: string; field: Field },
): Promise<{ slot: string | null; version: number; purgeIds: string[] }> {
  const slot = slotKey(ownerId, field, field.reviewed ? "pending" : "held");
  if (slot === null) return { slot, version: 1, purgeIds: [] };
  const version = 1 + (await tx.file.count({ where: { ownerId, field: field.name } }));
  const earlier = await tx.file.findUnique({ where: { slot } });
  if (!earlier) return { slot, version, purgeIds: [] };
  const isPicture = field.storage === "public";
  const [superseded] = await tx.file.updateManyAndReturn({
    where: { id: earlier.id, slot, status: earlier.status },
    data: {
      status: "superseded",
      slot: null,
      supersededAt: context.clock.now(),
      claimById: null,
      claimUntil: null,
      ...(isPicture ? { purgedAt: context.clock.now(), alt: "" } : {}),
    },
    // Read again: a publication may have changed it since the read above. None can after this
    // update.
    select: { publicPrefix: true },
  });
  if (!superseded) throw new Problem("conflict", "Another change came first. Please try again.");
  const { publicPrefix } = superseded;
  if (!isPicture) {
    await updateKeepUntil(tx, context, field, earlier.id);
    return { slot, version, purgeIds: [] };
  }
  await tx.file.update({ where: { id: earlier.id }, data: { publicPrefix: null } });
  await tx.user.update({ where: { id: ownerId }, data: { storedBytes: { decrement: earlier.size } } });
  const ofFile = { fileId: earlier.id, reason: "superseded" } as const;
  const purgeIds = await schedulePurge(tx, context, [
    ...(publicPrefix ? [{ storage: "public" as const, prefix: publicPrefix, ...ofFile }] : []),
    { storage: "private" as const, prefix: earlier.prefix, ...ofFile },
  ]);
  return { slot, version, purgeIds };
}
