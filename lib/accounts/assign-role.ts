import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import type { Role } from "../db/generated/enums";
import { fields } from "../fields/fields";
import { isGrantable, mayHoldGrants } from "../permissions/grant";
import { type Auth, personNameSchema } from "./auth";
import { removeSecondFactors } from "./second-factors";

export type RoleAssignment = {
  email: string;
  role: Role;
  /** Names of fields to grant, or "all" reviewed fields. Default: all for a reviewer, else none. */
  fields?: string[] | "all";
  name?: string;
  password?: string;
};

type AssignContext = Pick<AppContext, "db" | "clock" | "trailKey" | "trustsUnverifiedAccounts"> & {
  auth: Auth;
};

/**
 * Creates a person, or changes role and grants of an existing one, for `npm run person`. A password
 * for an existing account replaces the old one and ends its sessions: the operator then vouches
 * for the address. Records all of it in the audit trail. An admin with grants also reviews. Throws
 * if an argument is missing or unknown, with a message for the operator.
 */
export async function assignRole(
  context: AssignContext,
  { email, role, name: wantedName, password, fields: wanted }: RoleAssignment,
): Promise<{ created: boolean; grants: string[] }> {
  const { db, clock, auth } = context;
  const grants = resolveGrants(role, wanted);
  const name = wantedName === undefined ? undefined : parseName(wantedName);
  const passwordHash = password === undefined ? null : await (await auth.$context).password.hash(password);
  const { id, created } = await findOrCreatePerson(context, { email, name, password });
  await db.$transaction(async (tx) => {
    if (passwordHash !== null) await vouchForAddress(tx, id, passwordHash);
    else if (mayHoldGrants(role)) await requireVerifiedAddress(tx, context, id);
    const person = await tx.user.update({
      where: { id },
      data: { role, ...(name ? { name } : {}) },
      select: { name: true },
    });
    await tx.grant.deleteMany({ where: { userId: id } });
    await tx.grant.createMany({
      data: grants.map((field) => ({ userId: id, field, createdAt: clock.now() })),
    });
    const detail = { role, fields: grants.join(","), ...(passwordHash === null ? {} : { vouched: true }) };
    const personal = { personId: id, text: person.name };
    await appendToTrail(tx, context, [{ event: "access.assigned", subjectId: id, detail, personal }]);
  });
  return { created, grants };
}

function parseName(text: string): string {
  const parsed = personNameSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new Error(`--name ${parsed.error.issues[0]?.message ?? "is not valid"}`);
}

/**
 * A person who registered the address before keeps no session, password or other way to sign in.
 */
async function vouchForAddress(tx: Tx, userId: string, password: string): Promise<void> {
  await tx.user.update({ where: { id: userId }, data: { emailVerified: true } });
  await tx.account.deleteMany({ where: { userId, providerId: { not: "credential" } } });
  await tx.account.updateMany({ where: { userId }, data: { password } });
  await removeSecondFactors(tx, userId);
  await tx.session.deleteMany({ where: { userId } });
}

async function requireVerifiedAddress(tx: Tx, context: AssignContext, id: string): Promise<void> {
  const person = await tx.user.findUniqueOrThrow({
    where: { id },
    select: { email: true, emailVerified: true },
  });
  if (person.emailVerified || context.trustsUnverifiedAccounts) return;
  throw new Error(
    `${person.email} has an account, but the address is not verified: another person may have made it.\n` +
      "Add --password with a new password for this person. It ends the sessions of the account.",
  );
}

async function findOrCreatePerson(
  { db, auth }: AssignContext,
  { email, name, password }: Pick<RoleAssignment, "email" | "name" | "password">,
): Promise<{ id: string; created: boolean }> {
  const byEmail = { where: { email: email.toLowerCase() }, select: { id: true } };
  const known = await db.user.findUnique(byEmail);
  if (known) return { id: known.id, created: false };
  if (!password) {
    throw new Error(`${email} has no account. To create one, add --password with 10 characters or more.`);
  }
  await auth.api.signUpEmail({ body: { email, password, name: name ?? email.split("@")[0] ?? email } });
  const { id } = await db.user.findUniqueOrThrow(byEmail);
  return { id, created: true };
}

function resolveGrants(role: Role, wanted: RoleAssignment["fields"]): string[] {
  const grantable = [...fields.keys()].filter(isGrantable);
  const reviewed = grantable.filter((name) => fields.get(name)?.reviewed);
  if (!mayHoldGrants(role) && wanted?.length) {
    throw new Error("A member sees only their own documents. --fields needs the role reviewer or admin.");
  }
  if (wanted === "all") return reviewed;
  const unknown = wanted?.filter((name) => !grantable.includes(name)) ?? [];
  if (unknown.length > 0) {
    throw new Error(`No such field: ${unknown.join(", ")}. Choose from: ${grantable.join(", ")}, all.`);
  }
  return wanted ? [...new Set(wanted)] : role === "reviewer" ? reviewed : [];
}
