import { z } from "zod";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import type { Role } from "../db/generated/enums";
import { notFoundProblem, Problem } from "../errors";
import { fields } from "../fields/fields";
import { isId } from "../id";
import { isGrantable, mayHoldGrants, requireOtherPerson, requireVerifiedAccount } from "../permissions/grant";
import type { Viewer } from "../permissions/viewer";

export const roleChangeSchema = z.strictObject({ role: z.enum(["member", "reviewer", "admin"]) });

/** Only private fields: public files need no grant. */
export const grantsSchema = z.strictObject({
  fields: z
    .array(z.string().refine(isGrantable, "is not a field with private documents"))
    .max(fields.size)
    .transform((names) => [...new Set(names)]),
});

export type Person = { id: string; name: string; role: Role; grants: string[] };

type PeopleContext = Pick<AppContext, "db" | "clock" | "trailKey" | "trustsUnverifiedAccounts">;

/**
 * Sets a role. It brings no grant; a member loses all. A change is an entry of the audit trail.
 * Errors: forbidden (own id), not_found, conflict (the account is not verified).
 */
export async function changeRole(
  context: PeopleContext,
  viewer: Viewer,
  id: string,
  role: Role,
): Promise<Person> {
  requireOtherPerson(viewer, id);
  await context.db.$transaction(async (tx) => {
    const person = await lockPerson(tx, viewer, id);
    if (role === person.role) return;
    if (mayHoldGrants(role)) requireVerifiedAccount(person, context);
    const removed = mayHoldGrants(role) ? [] : await listGrants(tx, id);
    await tx.user.update({ where: { id }, data: { role } });
    await tx.grant.deleteMany({ where: { userId: id, field: { in: removed } } });
    const detail = { from: person.role, to: role, removed: removed.join(",") };
    await appendToTrail(tx, context, [{ event: "role.changed", byId: viewer.id, subjectId: id, detail }]);
  });
  return findPerson(context, id);
}

/**
 * Sets a person's grants. A change is an entry of the audit trail. Errors: forbidden (own id),
 * not_found, conflict (a member, or an account that is not verified gets a grant).
 */
export async function changeGrants(
  context: PeopleContext,
  viewer: Viewer,
  id: string,
  names: string[],
): Promise<Person> {
  requireOtherPerson(viewer, id);
  await context.db.$transaction(async (tx) => {
    const person = await lockPerson(tx, viewer, id);
    if (!mayHoldGrants(person.role) && names.length > 0)
      throw new Problem("conflict", "A member cannot have grants. Change the role first.");
    const known = await listGrants(tx, id);
    const added = names.filter((field) => !known.includes(field));
    const removed = known.filter((field) => !names.includes(field));
    if (added.length + removed.length === 0) return;
    if (added.length > 0) requireVerifiedAccount(person, context);
    await tx.grant.deleteMany({ where: { userId: id, field: { in: removed } } });
    await tx.grant.createMany({
      data: added.map((field) => ({ userId: id, field, createdAt: context.clock.now() })),
    });
    const detail = { added: added.join(","), removed: removed.join(",") };
    await appendToTrail(tx, context, [{ event: "grants.changed", byId: viewer.id, subjectId: id, detail }]);
  });
  return findPerson(context, id);
}

type LockedPerson = { id: string; role: Role; emailVerified: boolean };

/**
 * Returns a person, and locks the row and the admin's own until the end of the transaction:
 * no other request takes a role away between this check and the change. Errors: not_found;
 * forbidden, if the viewer is no longer an admin.
 */
async function lockPerson(tx: Tx, viewer: Viewer, id: string): Promise<LockedPerson> {
  if (!isId(id)) throw notFoundProblem();
  // In one order, so that two admins who change each other do not block each other.
  const people = await tx.$queryRaw<LockedPerson[]>`
    SELECT id, role::text AS role, "emailVerified" FROM "User" WHERE id IN (${viewer.id}::uuid, ${id}::uuid)
    ORDER BY id FOR UPDATE`;
  const find = (personId: string) => people.find((person) => person.id === personId);
  if (find(viewer.id)?.role !== "admin")
    throw new Problem("forbidden", "Your role does not allow this anymore.");
  const person = find(id);
  if (!person) throw notFoundProblem();
  return person;
}

async function listGrants(tx: Tx, userId: string): Promise<string[]> {
  const grants = await tx.grant.findMany({ where: { userId }, orderBy: { field: "asc" } });
  return grants.map(({ field }) => field);
}

async function findPerson({ db }: Pick<AppContext, "db">, id: string): Promise<Person> {
  const { grants, ...user } = await db.user.findUniqueOrThrow({
    where: { id },
    select: {
      id: true,
      name: true,
      role: true,
      grants: { select: { field: true }, orderBy: { field: "asc" } },
    },
  });
  return { ...user, grants: grants.map(({ field }) => field) };
}
