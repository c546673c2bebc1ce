import type { Tx } from "../db/client";
import { lockUsers } from "../db/lock-user";
import { Problem } from "../errors";
import type { Viewer } from "../permissions/viewer";

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
  const others = await tx.user.count({
    where: { role: "admin", id: { not: viewer.id }, leftAt: null, erasureDueAt: null },
  });
  if (others === 0)
    throw new Problem("conflict", "You are the only admin. Make another person an admin first.");
}
