import type { Role } from "../db/generated/enums";
import { Problem } from "../errors";
import { fields } from "../fields/fields";
import type { Viewer } from "./viewer";

/** Tells whether a grant can name this field: its documents are private. */
export function isGrantable(name: string): boolean {
  return fields.get(name)?.storage === "private";
}

/** Tells whether a person with this role may hold grants. */
export function mayHoldGrants(role: Role): boolean {
  return role !== "member";
}

/**
 * Rejects a role or grant for an account whose address is not verified: anybody may have registered
 * the address of a colleague. Errors: conflict.
 */
export function requireVerifiedAccount(
  { emailVerified }: { emailVerified: boolean },
  { trustsUnverifiedAccounts = false }: { trustsUnverifiedAccounts?: boolean },
): void {
  if (!emailVerified && !trustsUnverifiedAccounts)
    throw new Problem(
      "conflict",
      "The e-mail address of this account is not verified. Ask the operator to set a new password with `npm run person`.",
    );
}

/** Rejects a change of the viewer's own role, grants or state. Errors: forbidden. */
export function requireOtherPerson(viewer: Viewer, personId: string): void {
  if (personId === viewer.id)
    throw new Problem("forbidden", "You cannot change your own role, access or state. Ask another admin.");
}
