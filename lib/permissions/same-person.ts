import { Problem } from "../errors";
import type { Viewer } from "./viewer";

/** The header in which a page names the person that it was drawn for, by id. */
export const PERSON_HEADER = "Dossier-Person";

/**
 * Requires that a write comes from a page that was drawn for this viewer: a page outlives a
 * session, and another person may sign in, in another tab. `person` is the id that the client names
 * at `path`; without one, as from a script, nothing is checked. Errors: conflict.
 */
export function requireSamePerson(viewer: Viewer, person: string | null | undefined, path: string): void {
  if (!person || person === viewer.id) return;
  throw new Problem(
    "conflict",
    "Another person is signed in now. Nothing was changed. Sign in to your own account in another tab, then try again here.",
    { errors: [{ path, message: "is not the person who is signed in" }] },
  );
}
