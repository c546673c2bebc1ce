import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import type { Prisma } from "../db/generated/client";
import { newId } from "../id";
import type { MailName } from "./template-list";

export type NewMail = {
  template: MailName;
  /** Missing: the person is invited, and has no account. */
  recipientId?: string;
  /** The one-time link in the mail, which then goes to the address of the link. */
  linkId?: string;
  /** Names the event and the recipient, such as `news/<decision>`. */
  key: string;
  /** Ids, dates and numbers that the template reads. Never a name, a text or an address. */
  detail?: Prisma.InputJsonObject;
  /** Default: now. */
  dueAt?: Date;
};

/**
 * Puts mails into the outbox, in the transaction of the event. A key that is there already changes
 * nothing, so an event that is reported twice is one mail. Returns the number of new rows.
 */
export async function enqueueMails(
  tx: Tx,
  { clock }: Pick<AppContext, "clock">,
  mails: readonly NewMail[],
): Promise<number> {
  if (mails.length === 0) return 0;
  const now = clock.now();
  const data = mails.map((mail) => ({ id: newId(), dueAt: now, ...mail, createdAt: now }));
  const { count } = await tx.mail.createMany({ data, skipDuplicates: true });
  return count;
}

/** Removes a mail that is not sent yet, in the transaction that takes its event back. */
export async function cancelMail(tx: Tx, key: string): Promise<void> {
  await tx.mail.deleteMany({ where: { key, state: "waiting" } });
}

/** Reports the deletion of members' documents under their retention: one mail a day for each. */
export async function enqueueDestroyedMails(
  tx: Tx,
  context: Pick<AppContext, "clock">,
  recipientIds: readonly string[],
): Promise<void> {
  const day = context.clock.now().toISOString().slice(0, 10);
  const mails = recipientIds.map((recipientId) => ({
    template: "destroyed" as const,
    recipientId,
    key: `destroyed/${recipientId}/${day}`,
  }));
  await enqueueMails(tx, context, mails);
}
