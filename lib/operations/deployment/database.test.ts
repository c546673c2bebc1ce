import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../id";
import { type TestDatabase, createTestDatabase } from "../../../tests/support/database";
import { checkDatabase, evaluateDatabase, type DatabaseState } from "./database";
import type { DATABASE_RULES } from "./finding";
import { createCertificate, startPooler } from "./testing/tls-pooler";

let database: TestDatabase;
const expected = { listPendingMigrations: async (): Promise<string[]> => [], demoDomain: "@demo.example" };

beforeAll(async () => {
  database = await createTestDatabase();
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
  expect(await ids(database.url, { listPendingMigrations: async () => ["20260101000000_first"] })).toEqual(["migrations"]);
  const found = await checkDatabase("postgresql://ada:hunter2@127.0.0.1:1/dossier", expected);
  expect(found).toMatchObject([
    { id: "database", severity: "error", found: expect.stringContaining("ECONNREFUSED") },
  ]);
  expect(JSON.stringify(found)).not.toContain("hunter2");
});

test("a migration that did not end is told in its own words, for they say what to do", async () => {
  const pending = () => Promise.reject(new Error("The migration of yesterday did not end."));
  expect(await checkDatabase(database.url, { ...expected, listPendingMigrations: pending })).toMatchObject([
    { id: "migrations", severity: "error", found: "The migration of yesterday did not end." },
  ]);
  const quoting = () => Promise.reject(Object.assign(new Error("hunter2"), { code: "28P01" }));
  expect(await checkDatabase(database.url, { ...expected, listPendingMigrations: quoting })).toMatchObject([
    { id: "database", found: "The database could not be examined: 28P01." },
  ]);
});

const known = createCertificate();

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

const GOOD: DatabaseState = { version: 15, isEncrypted: true, missingMigrations: [], hasDemoPeople: false };
const ADDRESS = "postgresql://ada@db.example/dossier";

test("what is good is good; on this machine, or by a socket, nobody is in between", () => {
  expect(evaluateDatabase(ADDRESS, GOOD)).toEqual([]);
  for (const near of [
    "postgresql://localhost/x",
    "postgresql://127.0.0.1:5433/x",
    "postgresql:///x?host=/run/postgresql",
  ])
    expect(evaluateDatabase(near, { ...GOOD, isEncrypted: false })).toEqual([]);
});

const BAD: Record<Exclude<keyof typeof DATABASE_RULES, "database">, [string, Partial<DatabaseState>]> = {
  "database-version": [ADDRESS, { version: 14 }],
  "database-tls": [ADDRESS, { isEncrypted: false }],
  "database-tls-unverified": [`${ADDRESS}?sslmode=no-verify`, {}],
  migrations: [ADDRESS, { missingMigrations: ["20260101000000_first"] }],
  "demo-people": [ADDRESS, { hasDemoPeople: true }],
};

describe.each(Object.entries(BAD))("%s", (rule, [url, seen]) => {
  test("is found, and nothing else", () => {
    expect(evaluateDatabase(url, { ...GOOD, ...seen }).map(({ id }) => id)).toEqual([rule]);
  });
});
