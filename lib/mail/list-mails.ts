import { z } from "zod";
import type { AppContext } from "../app-context";
import { MailState } from "../db/generated/enums";
import { isId } from "../id";

export const mailFilterSchema = z.object({
  state: z.enum(MailState).optional(),
  /** The id of the last mail of the page before. */
  cursor: z.string().refine(isId).optional(),
});

export type MailFilter = z.infer<typeof mailFilterSchema>;

/** A row of the outbox, for admins. */
export type MailRow = {
  id: string;
  template: string;
  /** null: the person is invited, and has no account. */
  recipient: { name: string } | null;
  state: MailState;
  createdAt: Date;
  dueAt: Date;
  /** When a mail that waits is tried next, if an attempt has failed. */
  retryAt: Date | null;
  endedAt: Date | null;
  tries: number;
  reason: string | null;
};

const PAGE_SIZE = 50;

/** Lists the outbox, newest first, in keyset pages. */
export async function listMails(
  { db }: Pick<AppContext, "db">,
  { state, cursor }: MailFilter,
): Promise<{ items: MailRow[]; next: string | null }> {
  const rows = await db.mail.findMany({
    where: { ...(state ? { state } : {}), ...(cursor ? { id: { lt: cursor } } : {}) },
    orderBy: { id: "desc" },
    take: PAGE_SIZE + 1,
    select: {
      id: true,
      template: true,
      recipient: { select: { name: true } },
      state: true,
      createdAt: true,
      dueAt: true,
      retryAt: true,
      endedAt: true,
      tries: true,
      reason: true,
    },
  });
  const items = rows.slice(0, PAGE_SIZE);
  return { items, next: rows.length > PAGE_SIZE ? (items.at(-1)?.id ?? null) : null };
}
