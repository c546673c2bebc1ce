import { z } from "zod";
import type { AppContext } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { Role } from "../db/generated/enums";
import { notFoundProblem, Problem } from "../errors";
import { isId, newId } from "../id";
import { enqueueMails } from "../mail/outbox";
import { isGrantable, mayHoldGrants } from "../permissions/grant";
import type { Viewer } from "../permissions/viewer";
import { singleLineText } from "../text-schemas";
import { createLinks } from "./one-time-links";
import { grantsSchema } from "./people";
import { personAddressSchema } from "./person-address";

const MAX_BATCH = 500;

const inviteeSchema = z
  .strictObject({
    // A broken address is a result of its line, and does not refuse the others.
    email: z.string().max(1000),
    name: singleLineText({ max: 100 }).default(""),
    role: z.enum(Role).default("member"),
    fields: grantsSchema.shape.fields.default([]),
  })
  .refine(({ role, fields }) => mayHoldGrants(role) || fields.length === 0, {
    path: ["fields"],
    message: "must be empty for a member: members see only their own documents",
  });

export const invitationsSchema = z.strictObject({ people: z.array(inviteeSchema).min(1).max(MAX_BATCH) });

type Invitee = z.infer<typeof inviteeSchema>;

export type InvitationResult = { email: string; state: "invited" | "exists" | "invalid"; id?: string };

type InviteContext = Pick<AppContext, "db" | "clock" | "trailKey">;

/**
 * Invites people, each by a mail with a link. Returns a result for each line, in the same order. An
 * address that is invited already gets a new link, and the old one ends. All or nothing: a request
 * that failed can be repeated. Errors: forbidden, if the viewer is no longer an admin.
 */
export async function invite(
  context: InviteContext,
  viewer: Viewer,
  people: readonly Invitee[],
): Promise<InvitationResult[]> {
  const lines = people.map((person) => ({ person, email: personAddressSchema.safeParse(person.email).data }));
  const invitees = new Map<string, Invitee>();
  for (const { person, email } of lines) if (email !== undefined) invitees.set(email, person);
  const ids = await retryTransaction(() =>
    context.db.$transaction((tx) => inviteAll(tx, context, viewer, invitees)),
  );
  return lines.map(({ person, email }) => {
    if (email === undefined) return { email: person.email, state: "invalid" };
    const id = ids.get(email);
    return id === undefined ? { email, state: "exists" } : { email, state: "invited", id };
  });
}

/**
 * Invites those who have no account. Returns the id of each invitation by its address. The rows are
 * locked first, as by a person who accepts, and in one order for all transactions.
 */
async function inviteAll(
  tx: Tx,
  context: InviteContext,
  viewer: Viewer,
  invitees: ReadonlyMap<string, Invitee>,
): Promise<Map<string, string>> {
  await requireStillAdmin(tx, viewer);
  const where = { email: { in: [...invitees.keys()] } };
  const known = await tx.user.findMany({ where, select: { email: true } });
  const members = new Set(known.map(({ email }) => email));
  const people = [...invitees]
    .filter(([email]) => !members.has(email))
    .sort(([one], [other]) => (one < other ? -1 : 1));
  const ids = new Map<string, string>();
  if (people.length === 0) return ids;
  const now = context.clock.now();
  const rows = people.map(([email, person]) => ({ ...person, id: newId(), email }));
  const saved = await tx.$queryRaw<{ id: string; email: string }[]>`
    INSERT INTO "Invitation" (id, email, name, role, fields, "invitedById", "expiresAt", "createdAt")
    SELECT n.id, n.email, n.name, n.role::"Role", string_to_array(n.fields, ','), ${viewer.id}::uuid,
      ${now}::timestamptz, ${now}::timestamptz
    FROM unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ email }) => email)}::text[],
      ${rows.map(({ name }) => name)}::text[], ${rows.map(({ role }) => role)}::text[],
      ${rows.map(({ fields }) => fields.join(","))}::text[]) AS n(id, email, name, role, fields)
    ON CONFLICT (email) DO UPDATE SET name = excluded.name, role = excluded.role, fields = excluded.fields,
      "invitedById" = excluded."invitedById"
    RETURNING id, email`;
  for (const { id, email } of saved) ids.set(email, id);
  await sendLinks(tx, context, ids);
  const entries = rows.map(({ email, role, fields }) => {
    const detail = { role, fields: fields.join(",") };
    return { event: "invitation.sent", byId: viewer.id, subjectId: ids.get(email) ?? "", detail };
  });
  await appendToTrail(tx, context, entries);
  return ids;
}

/** Ends the earlier links of invitations, given by address and id, and mails new ones. */
async function sendLinks(tx: Tx, context: InviteContext, ids: ReadonlyMap<string, string>): Promise<void> {
  await tx.oneTimeLink.deleteMany({ where: { invitationId: { in: [...ids.values()] } } });
  const links = await createLinks(
    tx,
    context,
    [...ids].map(([email, invitationId]) => ({ purpose: "invitation", invitationId, email })),
  );
  const expiresAt = links[0]?.expiresAt ?? context.clock.now();
  await tx.invitation.updateMany({ where: { id: { in: [...ids.values()] } }, data: { expiresAt } });
  const mails = links.map(({ id }) => ({ template: "invite" as const, linkId: id, key: `invite/${id}` }));
  await enqueueMails(tx, context, mails);
}

/** The role may be taken away between the check of the request and its change. */
async function requireStillAdmin(tx: Tx, viewer: Viewer): Promise<void> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT 1 FROM "User" WHERE id = ${viewer.id}::uuid AND role = 'admin' FOR SHARE`;
  if (rows.length === 0) throw new Problem("forbidden", "Your role does not allow this anymore.");
}

/** An open invitation, for admins. */
export type InvitationView = {
  id: string;
  email: string;
  name: string;
  role: Role;
  fields: string[];
  createdAt: string;
  /** The end of the latest link. */
  expiresAt: string;
  invitedBy: { id: string; name: string } | null;
};

export const invitationFilterSchema = z.object({ cursor: z.string().refine(isId).optional() });

const PAGE_SIZE = 50;

/** Lists the people who are invited and have not joined, newest first, in keyset pages. */
export async function listInvitations(
  { db }: Pick<AppContext, "db">,
  { cursor }: z.infer<typeof invitationFilterSchema>,
): Promise<{ items: InvitationView[]; next: string | null }> {
  const rows = await db.invitation.findMany({
    ...(cursor ? { where: { id: { lt: cursor } } } : {}),
    orderBy: { id: "desc" },
    take: PAGE_SIZE + 1,
    select: {
      id: true,
      email: true,
      name: true,
      role: true,
      fields: true,
      createdAt: true,
      expiresAt: true,
      invitedBy: { select: { id: true, name: true } },
    },
  });
  const items = rows.slice(0, PAGE_SIZE).map(({ createdAt, expiresAt, ...row }) => ({
    ...row,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }));
  return { items, next: rows.length > PAGE_SIZE ? (items.at(-1)?.id ?? null) : null };
}

/** Withdraws an invitation: its link ends. Errors: not_found, forbidden. */
export async function withdrawInvitation(context: InviteContext, viewer: Viewer, id: string): Promise<void> {
  if (!isId(id)) throw notFoundProblem();
  await context.db.$transaction(async (tx) => {
    await requireStillAdmin(tx, viewer);
    const { count } = await tx.invitation.deleteMany({ where: { id } });
    if (count === 0) throw notFoundProblem();
    const entry = { event: "invitation.withdrawn", byId: viewer.id, subjectId: id, detail: {} };
    await appendToTrail(tx, context, [entry]);
  });
}

/** Fields of an invitation that still have private documents. */
export function grantsOf({ role, fields }: { role: Role; fields: readonly string[] }): string[] {
  return mayHoldGrants(role) ? fields.filter(isGrantable) : [];
}
