import { z } from "zod";
import {
  type AccountState,
  getPerson,
  type LockedPerson,
  listGrants,
  lockPerson,
  PERSON_STATES,
  type Person,
  stateOf,
} from "../accounts/people";
import type { AppContext } from "../app-context";
import { appendToTrail, type TrailEntry } from "../audit/trail";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { Role } from "../db/generated/enums";
import { Problem } from "../errors";
import { markOutOfSync, syncPublicationsOf, unpublishPictures } from "../files/publication";
import { tryExecutePurges } from "../files/purge";
import { safeErrorReason } from "../observability/safe-error-reason";
import { mayHoldGrants, requireOtherPerson, requireVerifiedAccount } from "../permissions/grant";
import type { Viewer } from "../permissions/viewer";
import { cancelRequestsOf } from "../requests/cancel-requests";
import { singleLineText } from "../text-schemas";
import { abortUploadsOf } from "../uploads/abort";
import { endOwnAccess, releaseClaimsOf } from "./end-access";
import { cancelLeaving, DATING_TRANSACTION, startLeaving } from "./leave";
import { requireOtherAdmin } from "./other-admin";

export const personChangeSchema = z.strictObject({
  role: z.enum(Role).optional(),
  state: z.enum(PERSON_STATES).exclude(["invited"]).optional(),
  /** Empty: members see the name. */
  workName: singleLineText({ max: 100 }).optional(),
});

export type PersonChange = z.infer<typeof personChangeSchema>;

/** What the changes of one transaction have left to do, and to say. */
type Changes = { byId: string; entries: TrailEntry[]; purgeIds: string[] };

/**
 * Changes role, state and work name of a person, all or nothing. Each change is an entry of the
 * audit trail. Errors: forbidden (own role or state), not_found, conflict (the last admin; an
 * account that is not verified; a role for a person who has left).
 */
export async function changePerson(
  context: AppContext,
  viewer: Viewer,
  id: string,
  { role, state, workName }: PersonChange,
): Promise<Person> {
  if (role !== undefined || state !== undefined) requireOtherPerson(viewer, id);
  const { purgeIds } = await retryTransaction(() =>
    context.db.$transaction(async (tx) => {
      const person = await lockPerson(tx, viewer, id);
      const changes: Changes = { byId: viewer.id, entries: [], purgeIds: [] };
      const append = (event: string, detail: TrailEntry["detail"], personal?: TrailEntry["personal"]) =>
        changes.entries.push({
          event,
          byId: viewer.id,
          subjectId: id,
          detail,
          ...(personal ? { personal } : {}),
        });
      // A person who comes back can have a role, and one who goes cannot keep it.
      if (state === "active") await changeState(tx, context, person, state, changes, append);
      if (role !== undefined) await changeRole(tx, context, person, role, append);
      if (state !== undefined && state !== "active")
        await changeState(tx, context, person, state, changes, append);
      if (workName !== undefined) await changeWorkName(tx, person, workName, append);
      await appendToTrail(tx, context, changes.entries);
      return changes;
    }, DATING_TRANSACTION),
  );
  if (state !== undefined) await finishChange(context, id, purgeIds);
  return getPerson(context, id);
}

type Append = (event: string, detail: TrailEntry["detail"], personal?: TrailEntry["personal"]) => void;

const LAST_ADMIN = "This is the last admin who can act. Make another person an admin first.";

/** Sets a role. It brings no grant; a member loses all. */
async function changeRole(
  tx: Tx,
  context: AppContext,
  person: LockedPerson,
  role: Role,
  append: Append,
): Promise<void> {
  const { id } = person;
  if (role === person.role) return;
  if (mayHoldGrants(role)) requireVerifiedAccount(person, context);
  if (person.leftAt) throw new Problem("conflict", "This person has left. Take the person back first.");
  if (person.role === "admin") await requireOtherAdmin(tx, id, LAST_ADMIN);
  const removed = mayHoldGrants(role) ? [] : await listGrants(tx, id);
  await tx.user.update({ where: { id }, data: { role } });
  await tx.grant.deleteMany({ where: { userId: id, field: { in: removed } } });
  if (!mayHoldGrants(role)) await releaseClaimsOf(tx, id);
  append("role.changed", { from: person.role, to: role, removed: removed.join(",") });
  person.role = role;
}

async function changeState(
  tx: Tx,
  context: AppContext,
  person: LockedPerson,
  state: AccountState,
  changes: Changes,
  append: Append,
): Promise<void> {
  const isDone = stateOf(person) === state && (state !== "left" || person.letGo);
  if (isDone) return;
  if (state !== "active" && person.role === "admin") await requireOtherAdmin(tx, person.id, LAST_ADMIN);
  if (state === "suspended") {
    const { purgeIds, ...detail } = await suspend(tx, context, person.id);
    changes.purgeIds.push(...purgeIds);
    append("person.suspended", detail);
    changes.entries.push(...(await cancelRequestsOf(tx, person.id, "suspended", changes.byId)));
    return;
  }
  if (person.suspendedAt) {
    await liftSuspension(tx, context, person.id);
    append("person.reinstated", {});
  }
  if (state === "left") {
    if (person.letGo) return;
    changes.purgeIds.push(...(await letGo(tx, context, person)));
    append("person.let_go", { role: person.role });
    changes.entries.push(...(await cancelRequestsOf(tx, person.id, "left", changes.byId)));
    person.role = "member";
  } else if (person.leftAt) {
    await cancelLeaving(tx, context, person.id);
    append("person.returned", {});
    person.leftAt = null;
  }
}

/** Ends at once all that the person can do, and hides the page. Role and grants stay. */
async function suspend(tx: Tx, context: AppContext, id: string) {
  const claims = await releaseClaimsOf(tx, id);
  await tx.user.update({ where: { id }, data: { suspendedAt: context.clock.now() } });
  const sessions = await endOwnAccess(tx, id);
  const { uploads, purgeIds } = await abortUploadsOf(tx, context, id);
  purgeIds.push(...(await unpublishPictures(tx, context, { ownerId: id })));
  return { sessions, claims, uploads, purgeIds };
}

/** The page and its picture are visible again, if they were before. */
async function liftSuspension(tx: Tx, context: AppContext, id: string): Promise<void> {
  await tx.user.update({ where: { id }, data: { suspendedAt: null } });
  // A sign-in that ran beside the suspension may have left a session, which must not become valid.
  await endOwnAccess(tx, id);
  await markOutOfSync(tx, context, { ownerId: id });
}

/** Starts the leaving of a person, or makes that of a person who left by themselves final. */
async function letGo(tx: Tx, context: AppContext, { id, leftAt }: LockedPerson): Promise<string[]> {
  await releaseClaimsOf(tx, id);
  await endOwnAccess(tx, id);
  const { purgeIds } = await abortUploadsOf(tx, context, id);
  const start = { leftAt: leftAt ?? context.clock.now(), letGo: true };
  return [...purgeIds, ...(await startLeaving(tx, context, id, start))];
}

/** Sets what members see in place of the name from now on. Earlier entries keep their name. */
async function changeWorkName(tx: Tx, person: LockedPerson, text: string, append: Append): Promise<void> {
  const workName = text === "" ? null : text;
  if (workName === person.workName) return;
  await tx.user.update({ where: { id: person.id }, data: { workName } });
  append("work_name.changed", {}, { personId: person.id, text });
}

/** Deletes and publishes bytes after the transaction. What fails here, the sweep does. */
async function finishChange(context: AppContext, id: string, purgeIds: string[]): Promise<void> {
  context.profileCards?.invalidateTag(id);
  await context.onCrashPoint?.("visibility.flagged");
  await tryExecutePurges(context, purgeIds);
  await syncPublicationsOf(context, id).catch((error: unknown) =>
    context.log.warn("The pictures of a person could not be published or hidden yet.", {
      reason: safeErrorReason(error),
    }),
  );
}
