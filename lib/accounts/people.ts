import { z } from "zod";
import type { AppContext } from "../app-context";
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

type PeopleContext = Pick<AppContext, "db" | "clock" | "trustsUnverifiedAccounts">;

/**
 * Sets a role. It brings no grant; a member loses all. Errors: forbidden (own id), not_found,
 * conflict (the account is not verified).
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
    if (mayHoldGrants(role) && role !== person.role) requireVerifiedAccount(person, context);
    await tx.user.update({ where: { id }, data: { role } });
    if (!mayHoldGrants(role)) await tx.grant.deleteMany({ where: { userId: id } });
  });
  return findPerson(context, id);
}

/**
 * Sets a person's grants. Errors: forbidden (own id), not_found, conflict (a member, or an account
 * that is not verified gets a grant).
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
    const known = await tx.grant.count({ where: { userId: id, field: { in: names } } });
    if (known < names.length) requireVerifiedAccount(person, context);
    await tx.grant.deleteMany({ where: { userId: id, field: { notIn: names } } });
    await tx.grant.createMany({
      data: names.map((field) => ({ userId: id, field, createdAt: context.clock.now() })),
      skipDuplicates: true,
    });
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
