import { hashPassword } from "@better-auth/utils/password";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import type { Role } from "../db/generated/enums";
import { lockUser } from "../db/lock-user";
import { fields } from "../fields/fields";
import { isGrantable, mayHoldGrants } from "../permissions/grant";
import { createAccount, personNameSchema, savePassword } from "./create-account";
import { requireGoodPassword } from "./good-password";
import { createLink, endLinks, linkPath } from "./one-time-links";
import { removeSecondFactors } from "./second-factors";

export type RoleAssignment = {
  email: string;
  role: Role;
  /** Names of fields to grant, or "all" reviewed fields. Default: all for a reviewer, else none. */
  fields?: string[] | "all";
  name?: string;
  password?: string;
  /** Whether this is one of the demo's people. The seed alone says so. */
  demo?: boolean;
};

type AssignContext = Pick<AppContext, "db" | "clock" | "trailKey" | "trustsUnverifiedAccounts" | "mail">;

/** How long the link of a new account works. Seconds. */
const FIRST_LINK_SECONDS = 24 * 3600;

type Assigned = {
  created: boolean;
  grants: string[];
  /** The path of a one-time link with which a person without a password sets one. */
  linkPath: string | null;
};

/**
 * Creates a person, or changes role and grants of an existing one, for `npm run person`. The
 * operator vouches for the address of a new account. A password for an existing account replaces
 * the old one, ends its sessions, and vouches for the address too. Records all of it in the audit
 * trail. An admin with grants also reviews. Throws if an argument is missing or unknown, with a
 * message for the operator.
 */
export async function assignRole(
  context: AssignContext,
  { email: writtenEmail, role, name: wantedName, password, fields: wanted, demo = false }: RoleAssignment,
): Promise<Assigned> {
  const { db, clock } = context;
  const grants = resolveGrants(role, wanted);
  const email = writtenEmail.toLowerCase();
  const name = wantedName === undefined ? undefined : parseName(wantedName);
  const firstName = name ?? email.split("@")[0] ?? email;
  if (password !== undefined) await requireGoodPassword(password, { name: firstName, email });
  const passwordHash = password === undefined ? null : await hashPassword(password);
  return db.$transaction(async (tx) => {
    const known = await lockPersonOf(tx, email);
    const account = { name: firstName, email, emailVerified: true, passwordHash, demo };
    const { id } = known ?? (await createAccount(tx, context, account));
    if (known && passwordHash !== null) await vouchForAddress(tx, id, passwordHash);
    else if (mayHoldGrants(role)) await requireVerifiedAddress(tx, context, id);
    const person = await tx.user.update({
      where: { id },
      data: { role, ...(name ? { name } : {}) },
      select: { name: true, accounts: { select: { id: true } } },
    });
    await tx.grant.deleteMany({ where: { userId: id } });
    await tx.grant.createMany({
      data: grants.map((field) => ({ userId: id, field, createdAt: clock.now() })),
    });
    const linkPath = person.accounts.length > 0 ? null : await createFirstLink(tx, context, { id, email });
    const vouched = !known || passwordHash !== null;
    const detail = { role, fields: grants.join(","), ...(vouched ? { vouched } : {}) };
    const personal = { personId: id, text: person.name };
    await appendToTrail(tx, context, [{ event: "access.assigned", subjectId: id, detail, personal }]);
    return { created: !known, grants, linkPath };
  });
}

async function lockPersonOf(tx: Tx, email: string): Promise<{ id: string } | null> {
  const known = await tx.user.findUnique({ where: { email }, select: { id: true } });
  if (known) await lockUser(tx, known.id);
  return known;
}

/** Creates the link with which a new person sets a password. A repeated command renews it. */
async function createFirstLink(
  tx: Tx,
  context: AssignContext,
  { id: personId, email }: { id: string; email: string },
): Promise<string> {
  const purpose = "recovery";
  await endLinks(tx, { purpose, personId });
  const seconds = FIRST_LINK_SECONDS;
  return linkPath(context, await createLink(tx, context, { purpose, personId, email, seconds }));
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
  await savePassword(tx, userId, password);
  await removeSecondFactors(tx, userId);
  await tx.oneTimeLink.deleteMany({ where: { personId: userId } });
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
