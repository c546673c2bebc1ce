import { z } from "zod";
import { lockPerson } from "../accounts/people";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import { requireOtherPerson } from "../permissions/grant";
import type { Viewer } from "../permissions/viewer";
import { endAccessOfEveryone, endOwnAccess } from "./end-access";

/** The word keeps a slip from signing everyone out. */
export const endAllSessionsSchema = z.strictObject({ confirm: z.literal("everyone") });

type SessionContext = Pick<AppContext, "db" | "clock" | "trailKey">;

/**
 * Signs a person out everywhere, and ends the links that let the person in. A change is an entry of
 * the audit trail. Errors: forbidden (own id), not_found.
 */
export async function endSessionsOf(context: SessionContext, viewer: Viewer, id: string): Promise<void> {
  requireOtherPerson(viewer, id);
  await context.db.$transaction(async (tx) => {
    await lockPerson(tx, viewer, id);
    const sessions = await endOwnAccess(tx, id);
    await appendToTrail(tx, context, [
      { event: "sessions.ended", byId: viewer.id, subjectId: id, detail: { sessions } },
    ]);
  });
}

/**
 * Signs out everyone but this session of the viewer, and ends the links of people. The entry of the
 * audit trail comes first: a process that ends in between leaves no unrecorded change, and a repeat
 * does the rest.
 */
export async function endAllSessions(context: SessionContext, viewer: Viewer, token: string): Promise<void> {
  await context.db.$transaction((tx) =>
    appendToTrail(tx, context, [{ event: "sessions.ended", byId: viewer.id, detail: { of: "everyone" } }]),
  );
  await endAccessOfEveryone(context, token);
}
