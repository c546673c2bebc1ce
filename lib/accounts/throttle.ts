import type { Clock } from "../clock";
import type { Db } from "../db/client";
import { Problem } from "../errors";

/** `limit` attempts within `window` seconds, counted under `key`. */
export type Throttle = { key: string; limit: number; window: number; countsSuccesses?: boolean };

/**
 * Counts one attempt under each key, or throws `rate_limited` with the seconds to wait. One SQL
 * statement counts, so concurrent attempts and all instances share a count. A refused attempt
 * counts only under the key that refuses it: one person cannot use up the attempts of an office.
 */
export async function countAttempt(
  { db, clock }: { db: Db; clock: Clock },
  throttles: readonly Throttle[],
): Promise<void> {
  const now = clock.now();
  for (const [index, { key, limit, window }] of throttles.entries()) {
    const windowEndsAt = new Date(now.getTime() + window * 1000);
    const [row] = await db.$queryRaw<{ count: number; windowEndsAt: Date }[]>`
      INSERT INTO "Throttle" AS t (key, count, "windowEndsAt") VALUES (${key}, 1, ${windowEndsAt})
      ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN t."windowEndsAt" <= ${now} THEN 1 ELSE t.count + 1 END,
        "windowEndsAt" = CASE WHEN t."windowEndsAt" <= ${now} THEN ${windowEndsAt} ELSE t."windowEndsAt" END
      RETURNING count, "windowEndsAt"`;
    if (row && row.count > limit) {
      await refundAttempt({ db }, throttles.slice(0, index));
      const seconds = Math.max(1, Math.ceil((row.windowEndsAt.getTime() - now.getTime()) / 1000));
      throw new Problem("rate_limited", `Please wait ${seconds} seconds and try again.`, {
        retryAfter: seconds,
      });
    }
  }
}

/** Refunds a successful attempt under the keys that count failures only. */
export async function refundSuccess(context: { db: Db }, throttles: readonly Throttle[]): Promise<void> {
  await refundAttempt(
    context,
    throttles.filter(({ countsSuccesses }) => !countsSuccesses),
  );
}

async function refundAttempt({ db }: { db: Db }, throttles: readonly Throttle[]): Promise<void> {
  if (throttles.length === 0) return;
  await db.$executeRaw`
    UPDATE "Throttle" SET count = greatest(count - 1, 0) WHERE key = ANY(${throttles.map(({ key }) => key)})`;
}
