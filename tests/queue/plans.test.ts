import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { AppContext } from "@/lib/app-context";
import { systemClock } from "@/lib/clock";
import { env } from "@/lib/config/env";
import type { Tx } from "@/lib/db/client";
import { Prisma } from "@/lib/db/generated/client";
import type { Viewer } from "@/lib/permissions/viewer";
import { claimNextDocument } from "@/lib/review/claims";
import { QUEUE_STATUSES } from "@/lib/review/outcomes";
import { listReviews, queueSchema } from "@/lib/review/queue";
import { createReviewFixture, type ReviewFixture } from "@/lib/review/testing/review-fixture";
import { storagesFromEnv } from "@/lib/storage/factory";
import { type SeededQueue, seedQueue } from "../support/seed-queue";

const DOCUMENTS = 1_000_000;
const FIELDS = ["dbsCertificate", "medicalLetter"];
/**
 * Rows that a page may touch: fifty, their joins, and a thousand per count. The lapsed approvals
 * and the claims of others at the head of the queue are skipped in the index.
 */
const MAX_ROWS = 20_000;

let fixture: ReviewFixture;
let context: AppContext;
let seeded: SeededQueue;

beforeAll(async () => {
  fixture = await createReviewFixture();
  const { rows } = await fixture.context.db.pool.query("SELECT current_database() AS name");
  const url = new URL(env().DATABASE_URL);
  url.pathname = `/${rows[0].name}`;
  seeded = await seedQueue(url.href, DOCUMENTS);
  context = { ...fixture.context, clock: systemClock, storages: storagesFromEnv(env(), systemClock) };
}, 600_000);
afterAll(() => fixture.drop());

type Plan = { "Node Type": string; "Relation Name"?: string; Plans?: Plan[] } & Record<string, number>;

/** Counts the rows that the scans of a plan have read, those that they threw away included. */
function rowsRead(plan: Plan): number {
  const loops = plan["Actual Loops"] ?? 1;
  const own = /Scan$/.test(plan["Node Type"])
    ? ((plan["Actual Rows"] ?? 0) +
        (plan["Rows Removed by Filter"] ?? 0) +
        (plan["Rows Removed by Index Recheck"] ?? 0)) *
      loops
    : 0;
  return (plan.Plans ?? []).reduce((sum, child) => sum + rowsRead(child), own);
}

/** Returns `target` with one property replaced. */
function withProperty<T extends object>(target: T, name: string, value: unknown): T {
  const bound = (found: unknown) => (typeof found === "function" ? found.bind(target) : found);
  return new Proxy(target, {
    get: (_, asked) => (asked === name ? value : bound(Reflect.get(target, asked, target))),
  });
}

/** Runs `work` and explains each SQL statement that it sends: how many rows each has read. */
async function explainStatements(work: (context: AppContext) => Promise<unknown>): Promise<number[]> {
  const { db } = context;
  const statements: { text: string; values: unknown[] }[] = [];
  const pool = withProperty(db.pool, "query", (text: string, values: unknown[]) => {
    statements.push({ text, values });
    return db.pool.query(text, values);
  });
  const watch = (tx: Tx) =>
    withProperty(tx, "$queryRaw", (strings: TemplateStringsArray, ...values: Prisma.Sql[]) => {
      statements.push(Prisma.sql(strings, ...values));
      return tx.$queryRaw(strings, ...values);
    });
  const transaction = (run: (tx: Tx) => Promise<unknown>) => db.$transaction((tx) => run(watch(tx)));
  await work({ ...context, db: withProperty(withProperty(db, "pool", pool), "$transaction", transaction) });
  const explained: number[] = [];
  for (const { text, values } of statements) {
    const { rows } = await db.pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    explained.push(rowsRead(rows[0]["QUERY PLAN"][0].Plan));
  }
  return explained;
}

function reviewer(grants: string[]): Viewer {
  const id = seeded.reviewerId;
  return { id, name: "Mira", email: "mira@example.org", handle: "mira", role: "reviewer", grants };
}

describe.each([
  ["both types", FIELDS],
  ["the rare type alone", ["medicalLetter"]],
])("a reviewer of %s", (_, grants) => {
  const cases = QUEUE_STATUSES.flatMap((status) =>
    [undefined, ...grants].flatMap((field) =>
      (["me", "none", undefined] as const).flatMap((claimed) =>
        ["first", "middle"].map((page) => ({ status, field, claimed, page })),
      ),
    ),
  );

  test.each(cases)(
    "reads few rows for $status, type $field, claimed $claimed, page $page",
    async ({ status, field, claimed, page }) => {
      const cursor =
        page === "first" ? undefined : Buffer.from(JSON.stringify(seeded.middle)).toString("base64url");
      const request = queueSchema.parse({ status, field, claimed, cursor });
      const read = await explainStatements((watched) => listReviews(watched, reviewer(grants), request));
      expect(read.length).toBeGreaterThan(1);
      for (const rows of read) expect(rows).toBeLessThan(MAX_ROWS);
    },
  );
});

test("claims without reading the long queue of another type", async () => {
  await context.db.file.updateMany({
    where: { field: "medicalLetter", status: "submitted" },
    data: { status: "rejected" },
  });
  const read = await explainStatements((watched) =>
    claimNextDocument(watched, reviewer(["medicalLetter"]), {}),
  );
  expect(read.length).toBeGreaterThan(1);
  for (const rows of read) expect(rows).toBeLessThan(MAX_ROWS);
}, 60_000);
