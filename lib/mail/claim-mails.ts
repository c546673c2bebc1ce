import { secondsFromNow } from "../app-context";
import type { MailContext } from "./template";

/** A claimed row of the outbox. */
export type ClaimedMail = {
  id: string;
  template: string;
  recipientId: string | null;
  linkId: string | null;
  detail: unknown;
  dueAt: Date;
  tries: number;
  firstTriedAt: Date;
};

/** Rows that one process delivers together, with the end of its claim on them. */
export type MailClaim = { ids: readonly string[]; until: Date };

/** Longer than one mail takes at the slowest server. Renewed before each mail. */
const LEASE_SECONDS = 180;
const BATCH_SIZE = 50;

/** Claims due rows for this process, oldest first. Skips rows that another process has locked. */
export function claimDueMails({ db, clock }: MailContext): Promise<(ClaimedMail & { until: Date })[]> {
  const now = clock.now();
  return db.$queryRaw<(ClaimedMail & { until: Date })[]>`
    WITH due AS MATERIALIZED (
      SELECT id FROM "Mail" WHERE state = 'waiting' AND "dueAt" <= ${now}::timestamptz
        AND ("retryAt" IS NULL OR "retryAt" <= ${now}::timestamptz)
      ORDER BY "dueAt", id LIMIT ${BATCH_SIZE} FOR UPDATE SKIP LOCKED
    )
    UPDATE "Mail" m SET tries = m.tries + 1, "retryAt" = ${secondsFromNow(clock, LEASE_SECONDS)}::timestamptz,
      "firstTriedAt" = coalesce(m."firstTriedAt", ${now}::timestamptz) FROM due
    WHERE m.id = due.id
    RETURNING m.id, m.template, m."recipientId", m."linkId", m.detail, m."dueAt", m.tries, m."firstTriedAt", m."retryAt" AS until`;
}

/**
 * Renews the claim on rows just before they are sent. Returns null if one of them is gone or
 * another process has claimed it after the end of our claim: that process sends it.
 */
export async function renewClaim({ db, clock }: MailContext, claim: MailClaim): Promise<MailClaim | null> {
  const until = secondsFromNow(clock, LEASE_SECONDS);
  const { count } = await db.mail.updateMany({ where: whereClaimed(claim), data: { retryAt: until } });
  return count === claim.ids.length ? { ...claim, until } : null;
}

/** Releases rows that were claimed and not tried: any process may claim them at once. */
export async function releaseMails({ db }: MailContext, claim: MailClaim): Promise<void> {
  await db.mail.updateMany({
    where: whereClaimed(claim),
    data: { retryAt: null, tries: { decrement: 1 } },
  });
}

/** Selects rows whose claim is still ours: a later claim has another end. */
export function whereClaimed({ ids, until }: MailClaim) {
  return { id: { in: [...ids] }, state: "waiting" as const, retryAt: until };
}
