import { secondsFromNow } from "../app-context";
import { type ClaimedMail, type MailClaim, whereClaimed } from "./claim-mails";
import type { MailContext } from "./template";
import type { SendFailure } from "./transport";

/** A mail is tried for two days. Seconds. */
const MAX_TRYING_SECONDS = 2 * 24 * 3600;
const FIRST_PAUSE_SECONDS = 60;
const MAX_PAUSE_SECONDS = 6 * 3600;

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
