import type { Tx } from "./client";

/** Locks several people as `lockUser` does, in the order of their ids. */
export async function lockUsers(tx: Tx, ids: readonly string[]): Promise<void> {
  await tx.$queryRaw`
    SELECT id FROM "User" WHERE id = ANY(${[...new Set(ids)]}::uuid[]) ORDER BY id FOR NO KEY UPDATE`;
}

/**
 * Locks a person's row until the transaction ends. Transactions that lock the same row run one
 * after the other, and each reads what the one before has committed. A completion locks it by its
 * change of the quota. The mode is that of an update: a foreign key to this person does not wait.
 */
export async function lockUser(tx: Tx, id: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "User" WHERE id = ${id}::uuid FOR NO KEY UPDATE`;
}
