import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listPeople, type PeopleFilter, peopleFilterSchema } from "@/lib/accounts/list-people";
import type { AppContext } from "@/lib/app-context";
import { listOpenedFiles, type OpenedFilter } from "@/lib/audit/opened-files";
import { env } from "@/lib/config/env";
import { listAttention } from "@/lib/operations/attention";
import { createReviewFixture, type ReviewFixture } from "@/lib/review/testing/review-fixture";
import { explainStatements } from "../support/explain-statements";
import { type SeededPeople, seedPeople } from "../support/seed-people";

const PEOPLE = 100_000;
const ACCESSES = 300_000;
/**
 * Rows that a page may touch: fifty people with their texts, grants and sessions, and the few who
 * have a rare role or state.
 */
const MAX_ROWS = 4_000;

let fixture: ReviewFixture;
let context: AppContext;
let seeded: SeededPeople;

beforeAll(async () => {
  fixture = await createReviewFixture();
  const { rows } = await fixture.context.db.pool.query("SELECT current_database() AS name");
  const url = new URL(env().DATABASE_URL);
  url.pathname = `/${rows[0].name}`;
  seeded = await seedPeople(url.href, { people: PEOPLE, accesses: ACCESSES });
  context = fixture.context;
}, 600_000);
afterAll(() => fixture.drop());

const SEARCHES = [
  undefined,
  "a",
  "ada",
  "ada love",
  "lovelace",
  "person",
  "person77777@",
  "@school",
  "@rare",
  "handle-5",
  "zzz",
];
const FILTERS: Partial<PeopleFilter>[] = [
  {},
  { role: "member" },
  { role: "reviewer" },
  { role: "admin" },
  { state: "active" },
  { state: "suspended" },
  { state: "left" },
  { grant: "dbsCertificate" },
  { secondFactor: "missing" },
  { role: "reviewer", state: "active", grant: "medicalLetter" },
];

describe.each(SEARCHES)("the search for %s", (query) => {
  test.each(FILTERS)("reads few rows with %j, on the first and on later pages", async (filter) => {
    let cursor: string | undefined;
    for (let page = 0; page < 3; page += 1) {
      const request = peopleFilterSchema.parse({ ...filter, query, cursor });
      const [explained, ...others] = await explainStatements(context, (watched) =>
        listPeople(watched, request),
      );
      expect(others).toEqual([]);
      // Few people have a grant, and the table is small.
      expect(explained?.wholeTables.filter((table) => table !== "Grant")).toEqual([]);
      expect(explained?.rows).toBeLessThan(MAX_ROWS);
      const { next } = await listPeople(context, request);
      if (next === null) break;
      cursor = next;
    }
  });
});

test("a page in the middle reads few rows", async () => {
  const cursor = (value: unknown[]) => Buffer.from(JSON.stringify(value)).toString("base64url");
  for (const request of [
    { cursor: cursor([null, seeded.memberId.replace(/^.{8}/, "0000c350")]) },
    { query: "person", cursor: cursor(["person50000@school.example", seeded.memberId]) },
  ]) {
    const [explained] = await explainStatements(context, (watched) =>
      listPeople(watched, peopleFilterSchema.parse(request)),
    );
    expect(explained?.rows).toBeLessThan(MAX_ROWS);
    expect((await listPeople(context, peopleFilterSchema.parse(request))).items).toHaveLength(50);
  }
});

test("the breach view reads few rows for each filter", async () => {
  const from = new Date("2024-03-01T00:00:00Z");
  const to = new Date("2024-03-02T00:00:00Z");
  const { reviewerId: by, memberId: member } = seeded;
  const filters: OpenedFilter[] = [
    {},
    { by },
    { member },
    { by, member },
    { from, to },
    { by, from, to },
    { member, from, to },
    { from: to },
  ];
  for (const filter of filters) {
    let cursor: string | undefined;
    for (let page = 0; page < 2; page += 1) {
      const search = { ...filter, cursor };
      const [explained] = await explainStatements(context, (watched) => listOpenedFiles(watched, search));
      expect(explained).toMatchObject({ wholeTables: [] });
      expect(explained?.rows).toBeLessThan(MAX_ROWS);
      cursor = (await listOpenedFiles(context, search)).next ?? undefined;
      if (cursor === undefined) break;
    }
  }
});

test("the overview is one statement that reads few rows", async () => {
  const explained = await explainStatements(context, (watched) =>
    listAttention(watched, { id: seeded.adminId }),
  );
  expect(explained).toHaveLength(1);
  expect(explained[0]?.rows).toBeLessThan(MAX_ROWS);
});
