import { z } from "zod";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { Prisma } from "../db/generated/client";
import type { Role } from "../db/generated/enums";
import { lockUsers } from "../db/lock-user";
import { notFoundProblem, Problem } from "../errors";
import { fields } from "../fields/fields";
import { isId } from "../id";
import { isGrantable, mayHoldGrants, requireOtherPerson, requireVerifiedAccount } from "../permissions/grant";
import type { Viewer } from "../permissions/viewer";

/** Only private fields: public files need no grant. */
export const grantsSchema = z.strictObject({
  fields: z
    .array(z.string().refine(isGrantable, "is not a field with private documents"))
    .max(fields.size)
    .transform((names) => [...new Set(names)]),
});

/** An invited person has no account yet. */
export const PERSON_STATES = ["active", "invited", "suspended", "left"] as const;
export type PersonState = (typeof PERSON_STATES)[number];

/** What an account can be. */
export type AccountState = Exclude<PersonState, "invited">;

/** A person as the HTTP contract shows them to admins. */
export type Person = {
  id: string;
  name: string;
  /** What members see in place of the name. */
  workName?: string;
  email: string;
  role: Role;
  /** The granted fields. */
  fields: string[];
  state: PersonState;
  secondFactor: boolean;
  createdAt: string;
  lastSeenAt?: string;
};

type PeopleContext = Pick<AppContext, "db" | "clock" | "trailKey" | "trustsUnverifiedAccounts">;

/**
 * Sets a person's grants. Claims on documents that the person may no longer see go back to the
 * queue. A change is an entry of the audit trail. Errors: forbidden (own id),
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
    await tx.file.updateMany({
      where: { claimById: id, field: { in: removed } },
      data: { claimById: null, claimUntil: null },
    });
    await tx.grant.deleteMany({ where: { userId: id, field: { in: removed } } });
    await tx.grant.createMany({
      data: added.map((field) => ({ userId: id, field, createdAt: context.clock.now() })),
    });
    const detail = { added: added.join(","), removed: removed.join(",") };
    await appendToTrail(tx, context, [{ event: "grants.changed", byId: viewer.id, subjectId: id, detail }]);
  });
  return getPerson(context, id);
}

const LOCKED_COLUMNS = {
  id: true,
  role: true,
  emailVerified: true,
  workName: true,
  suspendedAt: true,
  leftAt: true,
  letGo: true,
} as const satisfies Prisma.UserSelect;

export type LockedPerson = Prisma.UserGetPayload<{ select: typeof LOCKED_COLUMNS }>;

/**
 * Returns a person, and locks the row and those of all admins until the end of the transaction: no
 * other request takes a role away between this check and the change. Errors: not_found; forbidden,
 * if the viewer is no longer an admin or is suspended.
 */
export async function lockPerson(tx: Tx, viewer: Viewer, id: string): Promise<LockedPerson> {
  if (!isId(id)) throw notFoundProblem();
  const admins = await tx.user.findMany({ where: { role: "admin" }, select: { id: true } });
  await lockUsers(tx, [viewer.id, id, ...admins.map((admin) => admin.id)]);
  const people = await tx.user.findMany({
    where: { id: { in: [viewer.id, id] }, erasureStartedAt: null },
    select: LOCKED_COLUMNS,
  });
  const find = (personId: string) => people.find((person) => person.id === personId);
  const admin = find(viewer.id);
  if (admin?.role !== "admin" || admin.suspendedAt)
    throw new Problem("forbidden", "Your role does not allow this anymore.");
  const person = find(id);
  if (!person) throw notFoundProblem();
  return person;
}

export async function listGrants(tx: Tx, userId: string): Promise<string[]> {
  const grants = await tx.grant.findMany({ where: { userId }, orderBy: { field: "asc" } });
  return grants.map(({ field }) => field);
}

/** The columns of a row `u` of "User" that `toPerson` reads. */
export const PERSON_COLUMNS = Prisma.sql`
  u.id, u.name, u."workName", u.email, u.role::text AS role, u."suspendedAt", u."leftAt", u."createdAt",
  u."hasSecondFactor" AS "secondFactor",
  ARRAY(SELECT g.field FROM "Grant" g WHERE g."userId" = u.id ORDER BY g.field) AS fields,
  (SELECT max(s."updatedAt") FROM "Session" s WHERE s."userId" = u.id) AS "lastSeenAt"`;

export type PersonRow = {
  id: string;
  name: string;
  workName: string | null;
  email: string;
  role: Role;
  suspendedAt: Date | null;
  leftAt: Date | null;
  createdAt: Date;
  secondFactor: boolean;
  fields: string[];
  lastSeenAt: Date | null;
};

/** Finds a person, for admins. Errors: not_found, also for an account that is being erased. */
export async function getPerson({ db }: Pick<AppContext, "db">, id: string): Promise<Person> {
  const [row] = isId(id)
    ? await db.$queryRaw<PersonRow[]>`
        SELECT ${PERSON_COLUMNS} FROM "User" u WHERE u.id = ${id}::uuid AND u."erasureStartedAt" IS NULL`
    : [];
  if (!row) throw notFoundProblem();
  return toPerson(row);
}

export function toPerson({
  workName,
  suspendedAt,
  leftAt,
  createdAt,
  lastSeenAt,
  ...row
}: PersonRow): Person {
  return {
    id: row.id,
    name: row.name,
    ...(workName ? { workName } : {}),
    email: row.email,
    role: row.role,
    fields: row.fields,
    state: stateOf({ suspendedAt, leftAt }),
    secondFactor: row.secondFactor,
    createdAt: createdAt.toISOString(),
    ...(lastSeenAt ? { lastSeenAt: lastSeenAt.toISOString() } : {}),
  };
}

/** A person who left and is suspended counts as suspended. */
export function stateOf({ suspendedAt, leftAt }: Pick<PersonRow, "suspendedAt" | "leftAt">): AccountState {
  return suspendedAt ? "suspended" : leftAt ? "left" : "active";
}
