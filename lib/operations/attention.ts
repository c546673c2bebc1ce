import type { AppContext } from "../app-context";
import { Prisma } from "../db/generated/client";
import { fields } from "../fields/fields";
import type { Viewer } from "../permissions/viewer";
import { findUnconfirmedRules } from "../retention/rule-changes";
import { UNDECIDED_STATUSES } from "../review/outcomes";

/** Something that needs the attention of an admin now. */
export type Attention = {
  kind: AttentionKind;
  /** At most `MAX_ATTENTION_COUNT` and one. */
  count: number;
  /** The oldest of them, or the last time that it worked. */
  since: Date | null;
};

/** Counting stops after this number. */
export const MAX_ATTENTION_COUNT = 1000;

const DAY_MS = 24 * 3600 * 1000;

type CheckInput = { viewer: Pick<Viewer, "id">; now: Date };

/**
 * What the overview looks at, in the order in which it shows it. Each check selects `count` and
 * `since`, and reads a few index entries. A new check: its row here, and its words on the page.
 */
const CHECKS = {
  "documents-waiting": () => {
    const walks = [...fields.values()]
      .filter(({ reviewed }) => reviewed)
      .flatMap(({ name }) => UNDECIDED_STATUSES.map((status) => waitingInSql(name, status)));
    return Prisma.sql`
      SELECT count(*) AS count, min("createdAt") AS since FROM (${Prisma.join(walks, " UNION ALL ")}) AS waiting`;
  },
  // Each admin gets a mail about a failed job, one a day for each.
  "requests-overdue": ({ now }) => Prisma.sql`
    SELECT count(*) AS count, min("dueAt") AS since FROM (
      SELECT "dueAt" FROM "Request" WHERE state = 'open' AND "dueAt" < ${now}
      ORDER BY "dueAt", id LIMIT ${MAX_ATTENTION_COUNT + 1}) AS overdue`,
  // An index holds the reviewers and admins.
  "second-factors-missing": () => Prisma.sql`
    SELECT count(*) AS count, NULL::timestamptz AS since FROM (
      SELECT FROM "User" WHERE role IN ('reviewer', 'admin') AND NOT "hasSecondFactor" AND "suspendedAt" IS NULL
      LIMIT ${MAX_ATTENTION_COUNT + 1}) AS people`,
  "jobs-failed": ({ viewer, now }) => Prisma.sql`
    SELECT count(DISTINCT detail->>'job') AS count, max("createdAt") AS since FROM "Mail"
    WHERE "recipientId" = ${viewer.id}::uuid AND template = 'job-failed' AND "createdAt" > ${daysBefore(now, 1)}`,
  // The slowest schedule runs it once a day. A site without any run counts from its first account.
  "retention-late": ({ now }) => Prisma.sql`
    SELECT (since < ${daysBefore(now, 2)})::int AS count, since FROM (SELECT coalesce(
      (SELECT "startedAt" FROM "RetentionRun" WHERE "endedAt" IS NOT NULL ORDER BY "startedAt" DESC, id DESC LIMIT 1),
      (SELECT "createdAt" FROM "User" ORDER BY id LIMIT 1)) AS since) AS run`,
  "mails-failed": () => Prisma.sql`
    SELECT count(*) AS count, min("endedAt") AS since FROM (
      SELECT "endedAt" FROM "Mail" WHERE state = 'failed' ORDER BY id LIMIT ${MAX_ATTENTION_COUNT + 1}) AS failed`,
  "deletions-failed": ({ now }) => Prisma.sql`
    SELECT count(*) AS count, min("dueAt") AS since FROM (
      SELECT "dueAt" FROM "Purge" WHERE "dueAt" < ${daysBefore(now, 1)} AND tries > 0
      ORDER BY "dueAt" LIMIT ${MAX_ATTENTION_COUNT + 1}) AS failed`,
} as const satisfies Record<string, (input: CheckInput) => Prisma.Sql>;

export type AttentionKind = keyof typeof CHECKS | "rules-unconfirmed";

/** Lists what needs the attention of an admin now, with one statement and the retention rules. */
export async function listAttention(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  viewer: Pick<Viewer, "id">,
): Promise<Attention[]> {
  const input = { viewer, now: clock.now() };
  const checks = Object.entries(CHECKS).map(
    ([kind, check]) =>
      Prisma.sql`SELECT ${kind}::text AS kind, count::int, since FROM (${check(input)}) AS "check"`,
  );
  const { text, values } = Prisma.join(checks, " UNION ALL ");
  const [{ rows }, rules] = await Promise.all([
    db.pool.query<Attention>(text, values),
    db.retentionRule.findMany(),
  ]);
  const unconfirmed = findUnconfirmedRules(rules).filter(({ reason }) => reason === "changed").length;
  return [
    ...rows.filter(({ count }) => count > 0),
    ...(unconfirmed > 0 ? [{ kind: "rules-unconfirmed" as const, count: unconfirmed, since: null }] : []),
  ];
}

function waitingInSql(field: string, status: string): Prisma.Sql {
  return Prisma.sql`(
    SELECT "createdAt" FROM "File"
    WHERE field = ${field} AND status = ${status}::"FileStatus" AND "purgedAt" IS NULL
    ORDER BY "createdAt", id LIMIT ${MAX_ATTENTION_COUNT + 1})`;
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
