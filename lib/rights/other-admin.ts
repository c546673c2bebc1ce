import type { Tx } from "../db/client";
import { lockUsers } from "../db/lock-user";
import { Problem } from "../errors";
import type { Viewer } from "../permissions/viewer";

/**
 * Requires that an admin stays who can act: not this person, not suspended, and not about to end
 * the account. The transaction has locked all admins. Errors: conflict.
 */
export async function requireOtherAdmin(tx: Tx, id: string, detail: string): Promise<void> {
  const others = await tx.user.count({
    where: { role: "admin", id: { not: id }, leftAt: null, suspendedAt: null, erasureDueAt: null },
  });
  if (others === 0) throw new Problem("conflict", detail);
}

/**
 * Locks the viewer's row. Requires that another admin stays, if the viewer is one: two admins who
 * leave at the same time take turns. Errors: conflict.
 */
export async function lockAndRequireOtherAdmin(tx: Tx, viewer: Viewer): Promise<void> {
  const isAdmin = viewer.role === "admin";
  const admins = isAdmin ? await tx.user.findMany({ where: { role: "admin" }, select: { id: true } }) : [];
  await lockUsers(tx, [viewer.id, ...admins.map(({ id }) => id)]);
  const { role } = await tx.user.findUniqueOrThrow({ where: { id: viewer.id }, select: { role: true } });
  if (role !== "admin") return;
  const detail = "You are the only admin. Make another person an admin first.";
  await requireOtherAdmin(tx, viewer.id, detail);
}
