import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestDatabase, type TestDatabase } from "../../../tests/support/database";
import { newId } from "../../id";
import { checkDatabase, type DatabaseState, evaluateDatabase } from "./database";
import type { DATABASE_RULES } from "./rules";
import { createCertificate, startPooler } from "./testing/tls-pooler";

let database: TestDatabase;
const expected = { listPendingMigrations: async (): Promise<string[]> => [] };

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const failedRules = async (url: string, overrides: Partial<typeof expected> = {}) =>
  (await checkDatabase(url, { ...expected, ...overrides })).map(({ check }) => check);

test("a good database has no finding until it contains demo people", async () => {
  expect(await failedRules(database.url)).toEqual([]);
  const person = (id: string) => ({ id, name: "Ada", email: `${id}@demo.example`, handle: id });
  await database.db.user.create({ data: person(newId()) });
  expect(await failedRules(database.url)).toEqual([]);
  await database.db.user.create({ data: { ...person(newId()), demo: true } });
  expect(await failedRules(database.url)).toEqual(["demo-people"]);
});

test("names retention rules that are not in force", async () => {
  const rule = { from: "decision", for: "P9Y", undecidedFor: "P1Y", since: new Date() };
  await database.db.retentionRule.createMany({
    data: ["medicalLetter", "referenceLetter"].map((field) => ({ field, ...rule })),
  });
  const found = (await checkDatabase(database.url, expected)).filter(
    ({ check }) => check === "retention-rule",
  );
  expect(found).toMatchObject([
    { outcome: "warning", found: expect.stringContaining("medicalLetter is not in force") },
    { outcome: "warning", found: expect.stringContaining("referenceLetter is no longer declared") },
  ]);
});

test("reports missing migrations and an unreachable database, without its password", async () => {
  const listPendingMigrations = async () => ["20260101000000_first"];
  expect(await failedRules(database.url, { listPendingMigrations })).toEqual(["migrations"]);
  const findings = await checkDatabase("postgresql://ada:hunter2@127.0.0.1:1/dossier", expected);
  expect(findings).toMatchObject([
    { check: "database", outcome: "failed", found: expect.stringContaining("ECONNREFUSED") },
  ]);
  expect(JSON.stringify(findings)).not.toContain("hunter2");
});

test("repeats the message of an unfinished migration, not of the driver", async () => {
  const unfinished = () => Promise.reject(new Error("The migration of yesterday did not end."));
  const listing = (listPendingMigrations: () => Promise<string[]>) =>
    checkDatabase(database.url, { ...expected, listPendingMigrations });
  expect(await listing(unfinished)).toMatchObject([
    { check: "migrations", outcome: "failed", found: "The migration of yesterday did not end." },
  ]);
  const driverError = () => Promise.reject(Object.assign(new Error("hunter2"), { code: "28P01" }));
  expect(await listing(driverError)).toMatchObject([
    { check: "database", found: "The database could not be checked: 28P01." },
  ]);
});

const certificate = createCertificate();

test.skipIf(!certificate)("behind a pooler checks the connection to the pooler", async () => {
  if (!certificate) return;
  const pooler = await startPooler(database.url, certificate);
  const url = new URL(database.url);
  // This machine, but not by a loopback address.
  url.host = `0.0.0.0:${pooler.port}`;
  url.searchParams.set("sslmode", "no-verify");
  const rules = await failedRules(url.href);
  pooler.close();
  expect(rules).toContain("database-tls-unverified");
  expect(rules).not.toContain("database-tls");
});

const GOOD: DatabaseState = {
  version: 15,
  isEncrypted: true,
  missingMigrations: [],
  hasDemoPeople: false,
  unconfirmedRules: [],
};
const DATABASE_URL = "postgresql://ada@db.example/dossier";

test("a connection on this machine or by a socket needs no encryption", () => {
  expect(evaluateDatabase(DATABASE_URL, GOOD)).toEqual([]);
  for (const local of [
    "postgresql://localhost/x",
    "postgresql://127.0.0.1:5433/x",
    "postgresql:///x?host=/run/postgresql",
  ])
    expect(evaluateDatabase(local, { ...GOOD, isEncrypted: false })).toEqual([]);
});

const BAD: Record<Exclude<keyof typeof DATABASE_RULES, "database">, [string, Partial<DatabaseState>]> = {
  "database-version": [DATABASE_URL, { version: 14 }],
  "database-tls": [DATABASE_URL, { isEncrypted: false }],
  "database-tls-unverified": [`${DATABASE_URL}?sslmode=no-verify`, {}],
  migrations: [DATABASE_URL, { missingMigrations: ["20260101000000_first"] }],
  "demo-people": [DATABASE_URL, { hasDemoPeople: true }],
  "retention-rule": [DATABASE_URL, { unconfirmedRules: [{ field: "contract", reason: "changed" }] }],
};

describe("a bad database", () => {
  test.each(Object.entries(BAD))("fails the rule %s and no other", (rule, [url, state]) => {
    expect(evaluateDatabase(url, { ...GOOD, ...state }).map(({ check }) => check)).toEqual([rule]);
  });
});
