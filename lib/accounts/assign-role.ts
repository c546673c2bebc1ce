import type { Role } from "../db/generated/enums";
import type { AppContext } from "../app-context";
import { fields } from "../fields/fields";
import { isGrantable, mayHoldGrants } from "../permissions/grant";
import type { Auth } from "./auth";

export type RoleAssignment = { email: string; role: Role; fields?: string[]; name?: string; password?: string };

/**
 * What `npm run person` does: creates the person or changes role and grants. A reviewer gets all reviewed fields unless `fields` says which;
 * nobody else gets any without being named. Answers what was done. Throws with plain words where something is missing or unknown.
 */
export async function assignRole(
  { db, clock, auth }: Pick<AppContext, "db" | "clock"> & { auth: Auth },
  { email, role, name, password, ...wanted }: RoleAssignment,
): Promise<{ created: boolean; grants: string[] }> {
  const grants = resolveGrants(role, wanted.fields);
  const known = await db.user.findUnique({ where: { email: email.toLowerCase() }, select: { id: true } });
  if (known && password)
    throw new Error(`${email} has an account already; a password is only taken for a new one.`);
  if (!known) {
    if (!password)
      throw new Error(
        `There is no account of ${email}. To create one, give --password as well (10 characters or more).`,
      );
    await auth.api.signUpEmail({ body: { email, password, name: name ?? email.split("@")[0] ?? email } });
  }
  const { id } = await db.user.findUniqueOrThrow({
    where: { email: email.toLowerCase() },
    select: { id: true },
  });
  await db.$transaction(async (tx) => {
    await tx.user.update({ where: { id }, data: { role, ...(name ? { name } : {}) } });
    await tx.grant.deleteMany({ where: { userId: id } });
    await tx.grant.createMany({
      data: grants.map((field) => ({ userId: id, field, createdAt: clock.now() })),
    });
    // Signing up signs in; nobody is there to use that session.
    if (!known) await tx.session.deleteMany({ where: { userId: id } });
  });
  return { created: !known, grants };
}

function resolveGrants(role: Role, wanted: string[] | undefined): string[] {
  const grantable = [...fields.keys()].filter(isGrantable);
  const unknown = wanted?.filter((name) => !grantable.includes(name)) ?? [];
  if (unknown.length > 0)
    throw new Error(`No such field: ${unknown.join(", ")}. There are: ${grantable.join(", ")}.`);
  if (!mayHoldGrants(role) && wanted?.length)
    throw new Error("A member sees nobody else's documents; --fields goes with reviewer or admin.");
  if (wanted) return wanted;
  return role === "reviewer" ? grantable.filter((name) => fields.get(name)?.reviewed) : [];
}
