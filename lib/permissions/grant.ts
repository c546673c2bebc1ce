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

/** Rejects a change of the viewer's own role or grants. Errors: forbidden. */
export function requireOtherPerson(viewer: Viewer, personId: string): void {
  if (personId === viewer.id)
    throw new Problem("forbidden", "You cannot change your own role or access. Please ask another admin.");
}
