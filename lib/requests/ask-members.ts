import { z } from "zod";
import { type AppContext, secondsFromNow } from "../app-context";
import { appendToTrail } from "../audit/trail";
import type { Tx } from "../db/client";
import { retryTransaction } from "../db/conflict";
import { lockUsers } from "../db/lock-user";
import { Problem } from "../errors";
import { dayOf, endOfDay } from "../fields/calendar";
import { fields } from "../fields/fields";
import { isId, newId } from "../id";
import { enqueueMails } from "../mail/outbox";
import type { Viewer } from "../permissions/viewer";
import { multiLineText } from "../text-schemas";
import { findMembersInPlace } from "./refresh-requests";

const MAX_MEMBERS = 500;
const MAX_DUE_SECONDS = 10 * 366 * 24 * 3600;
/** Five hundred members take a second on a busy machine. */
const TRANSACTION = { timeout: 20_000 };

export const newRequestSchema = z
  .strictObject({
    field: z.string().refine(isAskable, "is not a field with private documents"),
    members: z.array(z.string().max(100)).min(1).max(MAX_MEMBERS).optional(),
    emails: z.array(z.string().max(320)).min(1).max(MAX_MEMBERS).optional(),
    message: multiLineText({ max: 500 }).optional(),
    /** A moment, or a day: then the last instant of that day. */
    dueAt: z.union([z.iso.datetime({ offset: true }), z.iso.date()]).optional(),
  })
  .refine(({ members, emails }) => (members === undefined) !== (emails === undefined), {
    message: "Name either members or emails.",
    path: ["members"],
  });

export type NewRequest = z.infer<typeof newRequestSchema>;

/** `exists` without an id: the member has an accepted document of this field. */
export type AskResult = {
  member?: string;
  email?: string;
  state: "created" | "exists" | "unknown";
  id?: string;
};

type AskContext = Pick<AppContext, "db" | "clock" | "trailKey" | "timeZone">;

/** Tells whether an admin can ask for documents of this field. */
export function isAskable(name: string): boolean {
  return fields.get(name)?.storage === "private";
}

/**
 * Asks members for a document of one field, and tells each by mail. A member who is asked already,
 * or has the document in place, gets no second request. A person without an account, or one who has
 * left, is unknown. Returns a result for each entry, in the same order. Errors: invalid (dueAt).
 */
export async function askMembers(
  context: AskContext,
  viewer: Viewer,
  { field, members, emails, message = "", dueAt }: NewRequest,
): Promise<{ results: AskResult[] }> {
  const due = dueAt === undefined ? null : parseDueAt(context, dueAt);
  const entries = members ?? emails ?? [];
  const keyOf = (entry: string) => (members ? entry : entry.trim().normalize("NFC").toLowerCase());
  return retryTransaction(() =>
    context.db.$transaction(async (tx) => {
      const people = await findAskablePeople(tx, members ? "id" : "email", entries.map(keyOf));
      const memberIds = [...new Set(people.values())];
      const created = await createRequests(tx, context, { field, memberIds, message, dueAt: due });
      const open = await findOpenRequests(tx, field, memberIds);
      const isFirst = new Set(created.map(({ id }) => id));
      const results = entries.map((entry): AskResult => {
        const name = members ? { member: entry } : { email: entry };
        const memberId = people.get(keyOf(entry));
        if (memberId === undefined) return { ...name, state: "unknown" };
        const id = open.get(memberId);
        // A second entry for the same member finds the request of the first.
        if (id !== undefined && isFirst.delete(id)) return { ...name, state: "created", id };
        return { ...name, state: "exists", ...(id === undefined ? {} : { id }) };
      });
      await appendToTrail(
        tx,
        context,
        created.map(({ id, memberId }) => ({
          event: "request.created",
          byId: viewer.id,
          subjectId: memberId,
          detail: { requestId: id, field },
        })),
      );
      return { results };
    }, TRANSACTION),
  );
}

function parseDueAt({ clock, timeZone }: Pick<AskContext, "clock" | "timeZone">, text: string): Date {
  const dueAt = text.length === 10 ? endOfDay(text, timeZone) : new Date(text);
  if (dueAt <= clock.now()) throw dueAtProblem("is over. Choose a later day");
  if (dueAt > secondsFromNow(clock, MAX_DUE_SECONDS))
    throw dueAtProblem("is more than ten years away. Choose an earlier day");
  return dueAt;
}

function dueAtProblem(message: string): Problem {
  return new Problem("invalid", `The due date ${message}.`, { errors: [{ path: "dueAt", message }] });
}

/**
 * Finds and locks the people with these ids or addresses who have an account in use. Returns their
 * ids by the key.
 */
async function findAskablePeople(
  tx: Tx,
  column: "id" | "email",
  keys: readonly string[],
): Promise<Map<string, string>> {
  const wanted = column === "id" ? keys.filter(isId) : keys;
  const found = await tx.user.findMany({ where: { [column]: { in: [...wanted] } }, select: { id: true } });
  const ids = found.map(({ id }) => id);
  // Each event of a file locks its owner first: none can come between the checks and the rows.
  await lockUsers(tx, ids);
  const people = await tx.user.findMany({
    where: { id: { in: ids }, leftAt: null, suspendedAt: null, erasureDueAt: null },
    select: { id: true, email: true },
  });
  return new Map(people.map((person) => [person[column], person.id]));
}

/** Returns the e-mail address of a person; null for an unknown id. */
export async function findAddressOf({ db }: Pick<AppContext, "db">, id: string): Promise<string | null> {
  const person = isId(id) ? await db.user.findUnique({ where: { id }, select: { email: true } }) : null;
  return person?.email ?? null;
}

type NewRow = { field: string; memberIds: readonly string[]; message: string; dueAt: Date | null };

/** Creates the requests that are missing, each with its mail. */
async function createRequests(
  tx: Tx,
  context: AskContext,
  { field: name, memberIds, message, dueAt }: NewRow,
): Promise<{ id: string; memberId: string }[]> {
  const field = fields.get(name);
  if (!field) throw new Error(`The field ${name} passed the schema and is not declared.`);
  const now = context.clock.now();
  const inPlace = await findMembersInPlace(tx, field, memberIds, now);
  const created = await tx.request.createManyAndReturn({
    data: memberIds
      .filter((memberId) => !inPlace.has(memberId))
      .map((memberId) => ({
        id: newId(),
        memberId,
        field: name,
        message: message || null,
        dueAt,
        createdAt: now,
      })),
    // The unique index holds one open request for each member and field.
    skipDuplicates: true,
    select: { id: true, memberId: true },
  });
  await enqueueMails(
    tx,
    context,
    created.map(({ id, memberId }) => ({
      template: "request" as const,
      recipientId: memberId,
      key: `request/${id}`,
      detail: { requestId: id, ...(dueAt ? { dueOn: dayOf(dueAt, context.timeZone) } : {}) },
    })),
  );
  return created;
}

async function findOpenRequests(
  tx: Tx,
  field: string,
  memberIds: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.request.findMany({
    where: { memberId: { in: [...memberIds] }, field, state: "open" },
    select: { id: true, memberId: true },
  });
  return new Map(rows.map(({ id, memberId }) => [memberId, id]));
}
