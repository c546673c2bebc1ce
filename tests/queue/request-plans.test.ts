import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { env } from "@/lib/config/env";
import type { Viewer } from "@/lib/permissions/viewer";
import { listRequests, type RequestFilter } from "@/lib/requests/list-requests";
import { REQUEST_STATES } from "@/lib/requests/request";
import { enqueueRequestReminders } from "@/lib/requests/request-reminders";
import { createReviewFixture, type ReviewFixture } from "@/lib/review/testing/review-fixture";
import { explainStatements } from "../support/explain-statements";

const REQUESTS = 100_000;
/** Fifty rows with their joins, a thousand for each of seven counts, and the few files. */
const MAX_ROWS = 20_000;

let fixture: ReviewFixture;
let admin: Viewer;
let memberId: string;

beforeAll(async () => {
  fixture = await createReviewFixture();
  const { db, clock } = fixture.context;
  admin = await fixture.createPerson([], "admin");
  const { rows } = await db.pool.query("SELECT current_database() AS name");
  const url = new URL(env().DATABASE_URL);
  url.pathname = `/${rows[0].name}`;
  // A client of its own, without the time limits of the application.
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    for (const statement of seedStatements(clock.now())) await client.query(statement);
  } finally {
    await client.end();
  }
  const member = await db.request.findFirstOrThrow({ where: { state: "open" } });
  memberId = member.memberId;
}, 300_000);
afterAll(() => fixture.drop());

/** Most requests are fulfilled. A rare type has one in a hundred, and no overdue one. */
function seedStatements(now: Date): string[] {
  const at = `'${now.toISOString()}'::timestamptz`;
  return [
    `INSERT INTO "User" (id, name, email, handle, "updatedAt")
     SELECT gen_random_uuid(), 'Member ' || n, 'm' || n || '@example.org', 'm' || n, now()
     FROM generate_series(1, ${REQUESTS}) n`,
    `INSERT INTO "Request" (id, "memberId", field, state, "dueAt", "createdAt")
     SELECT gen_random_uuid(), id, CASE WHEN n % 101 = 0 THEN 'medicalLetter' ELSE 'dbsCertificate' END,
       CASE WHEN n % 10 = 0 THEN 'open' WHEN n % 10 = 1 THEN 'cancelled' ELSE 'fulfilled' END::"RequestState",
       CASE WHEN n % 7 <> 0 THEN ${at} + interval '1 minute' * (CASE WHEN n % 101 = 0 THEN 1 ELSE n - 5000 END) END,
       ${at} - interval '1 year'
     FROM (SELECT id, row_number() OVER ()::int AS n FROM "User" WHERE role = 'member') AS members`,
    `INSERT INTO "File" (id, "ownerId", field, name, type, size, sha256, prefix, visibility, status)
     SELECT gen_random_uuid(), "memberId", field, 'a.pdf', 'application/pdf', 1, '', id || '/', 'private', 'submitted'
     FROM "Request" WHERE state = 'open'`,
    "ANALYZE",
  ];
}

const FILTERS: RequestFilter[] = [undefined, ...REQUEST_STATES].flatMap((state) =>
  [undefined, "dbsCertificate", "medicalLetter", "removed"].map((field) => ({
    ...(state ? { state } : {}),
    ...(field ? { field } : {}),
  })),
);

describe.each(FILTERS)("the requests with %j", (filter) => {
  test("read few rows on the first and on a later page", async () => {
    let cursor: string | null = null;
    for (const _page of ["first", "second"]) {
      const request: RequestFilter = cursor === null ? filter : { ...filter, cursor };
      const read = await explainStatements(fixture.context, async (watched) => {
        cursor = (await listRequests(watched, admin, request)).next;
      });
      expect(read).toHaveLength(2);
      for (const { rows } of read) expect(rows).toBeLessThan(MAX_ROWS);
      if (cursor === null) break;
    }
  });
});

test("the requests of one member read few rows", async () => {
  for (const state of [undefined, ...REQUEST_STATES]) {
    const filter = { member: memberId, ...(state ? { state } : {}) };
    const read = await explainStatements(fixture.context, (watched) => listRequests(watched, admin, filter));
    for (const { rows } of read) expect(rows).toBeLessThan(100);
  }
});

test("the reminders find their requests by the index", async () => {
  const read = await explainStatements(fixture.context, (watched) => enqueueRequestReminders(watched));
  expect(read).toHaveLength(3);
  for (const { wholeTables } of read) expect(wholeTables).not.toContain("Request");
});
