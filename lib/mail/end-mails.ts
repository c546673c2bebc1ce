import { secondsFromNow } from "../app-context";
import { type ClaimedMail, type MailClaim, whereClaimed } from "./claim-mails";
import { removeMailFiles } from "./mail-folder";
import type { MailContext } from "./template";
import type { SendFailure } from "./transport";

/** A mail is tried for two days. Seconds. */
const MAX_TRYING_SECONDS = 2 * 24 * 3600;
const FIRST_PAUSE_SECONDS = 60;
const MAX_PAUSE_SECONDS = 6 * 3600;
/** How long a row stays after its end. Seconds. */
const KEPT_SECONDS = 30 * 24 * 3600;
const BATCH_SIZE = 1000;

/** Ends claimed rows. Of several that are one mail, that with its id is sent, the others merged. */
export async function endMails(
  { db, clock }: MailContext,
  claim: MailClaim,
  end: { sent: string } | { skipped: string },
): Promise<void> {
  const ended = { endedAt: clock.now(), retryAt: null };
  if ("skipped" in end) {
    await db.mail.updateMany({
      where: whereClaimed(claim),
      data: { ...ended, state: "skipped", reason: end.skipped },
    });
    return;
  }
  const others = claim.ids.filter((id) => id !== end.sent);
  await db.$transaction([
    db.mail.updateMany({
      where: whereClaimed({ ...claim, ids: [end.sent] }),
      data: { ...ended, state: "sent", reason: null },
    }),
    db.mail.updateMany({
      where: whereClaimed({ ...claim, ids: others }),
      data: { ...ended, state: "merged", reason: null },
    }),
  ]);
}

/** Lets a failed mail wait: a minute, then twice as long, up to six hours; for two days. */
export async function postponeOrFail(
  { db, clock }: MailContext,
  claim: MailClaim,
  { tries, firstTriedAt }: Pick<ClaimedMail, "tries" | "firstTriedAt">,
  { kind, reason }: SendFailure,
): Promise<void> {
  const isOver = firstTriedAt <= secondsFromNow(clock, -MAX_TRYING_SECONDS);
  const pause = Math.min(MAX_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** (tries - 1));
  await db.mail.updateMany({
    where: whereClaimed(claim),
    data:
      kind === "never" || isOver
        ? { state: "failed", reason, endedAt: clock.now(), retryAt: null }
        : { reason, retryAt: secondsFromNow(clock, pause) },
  });
}

/** Deletes rows 30 days after their end, and their files. Returns the number of rows. */
export async function deleteEndedMails(
  { db, clock, mail }: Pick<MailContext, "db" | "clock" | "mail">,
  signal?: AbortSignal,
): Promise<number> {
  const before = secondsFromNow(clock, -KEPT_SECONDS);
  let deleted = 0;
  while (!signal?.aborted) {
    const rows = await db.$queryRaw<{ id: string }[]>`
      DELETE FROM "Mail" WHERE id IN (
        SELECT id FROM "Mail" WHERE "endedAt" < ${before} LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED)
      RETURNING id`;
    if (mail?.transport.kind === "folder")
      await removeMailFiles(
        mail.transport.folder,
        rows.map(({ id }) => id),
      );
    deleted += rows.length;
    if (rows.length < BATCH_SIZE) break;
  }
  return deleted;
}
