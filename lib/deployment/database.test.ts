import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../id";
import { type TestDb, testDb } from "../testing/database";
import { checkDatabase, judge, type Seen } from "./database";
import type { DATABASE_RULES } from "./finding";
import { certificate, startPooler } from "./testing/pooler";

let database: TestDb;
const expected = { pending: async (): Promise<string[]> => [], demoDomain: "@demo.example" };

beforeAll(async () => {
  database = await testDb();
});
afterAll(() => database.drop());

const ids = async (url: string, more: Partial<typeof expected> = {}) =>
  (await checkDatabase(url, { ...expected, ...more })).map(({ id }) => id);

test("a database as it should be has no finding, until the demo moves in", async () => {
  expect(await ids(database.url)).toEqual([]);
  const id = newId();
  await database.db.user.create({ data: { id, name: "Ada", email: "ada@demo.example", handle: id } });
  expect(await ids(database.url)).toEqual(["demo-people"]);
});

test("a database that is away, or lacks migrations, says so and repeats no password", async () => {
  expect(await ids(database.url, { pending: async () => ["20260101000000_first"] })).toEqual(["migrations"]);
  const found = await checkDatabase("postgresql://ada:hunter2@127.0.0.1:1/dossier", expected);
  expect(found).toMatchObject([
    { id: "database", severity: "error", found: expect.stringContaining("ECONNREFUSED") },
  ]);
  expect(JSON.stringify(found)).not.toContain("hunter2");
});

test("a migration that did not end is told in its own words, for they say what to do", async () => {
  const pending = () => Promise.reject(new Error("The migration of yesterday did not end."));
  expect(await checkDatabase(database.url, { ...expected, pending })).toMatchObject([
    { id: "migrations", severity: "error", found: "The migration of yesterday did not end." },
  ]);
  const quoting = () => Promise.reject(Object.assign(new Error("hunter2"), { code: "28P01" }));
  expect(await checkDatabase(database.url, { ...expected, pending: quoting })).toMatchObject([
    { id: "database", found: "The database could not be examined: 28P01." },
  ]);
});

const known = certificate();

test.skipIf(!known)(
  "behind a pooler it is our own way to it that is judged, not the pooler's to the database",
  async () => {
    if (!known) return;
    const pooler = await startPooler(database.url, known);
    const address = new URL(database.url);
    // This machine, under an address that does not say so.
    address.host = `0.0.0.0:${pooler.port}`;
    address.searchParams.set("sslmode", "no-verify");
    const found = await ids(address.href);
    pooler.close();
    expect(found).toContain("database-tls-unverified");
    expect(found).not.toContain("database-tls");
  },
);

const GOOD: Seen = { version: 15, encrypted: true, missing: [], demo: false };
const ADDRESS = "postgresql://ada@db.example/dossier";

test("what is good is good; on this machine, or by a socket, nobody is in between", () => {
  expect(judge(ADDRESS, GOOD)).toEqual([]);
  for (const near of [
    "postgresql://localhost/x",
    "postgresql://127.0.0.1:5433/x",
    "postgresql:///x?host=/run/postgresql",
  ])
    expect(judge(near, { ...GOOD, encrypted: false })).toEqual([]);
});

const BAD: Record<Exclude<keyof typeof DATABASE_RULES, "database">, [string, Partial<Seen>]> = {
  "database-version": [ADDRESS, { version: 14 }],
  "database-tls": [ADDRESS, { encrypted: false }],
  "database-tls-unverified": [`${ADDRESS}?sslmode=no-verify`, {}],
  migrations: [ADDRESS, { missing: ["20260101000000_first"] }],
  "demo-people": [ADDRESS, { demo: true }],
};

describe.each(Object.entries(BAD))("%s", (rule, [url, seen]) => {
  test("is found, and nothing else", () => {
    expect(judge(url, { ...GOOD, ...seen }).map(({ id }) => id)).toEqual([rule]);
  });
});
