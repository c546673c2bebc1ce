import { afterAll, beforeAll, expect, test } from "vitest";
import { createAuth } from "../lib/accounts/auth";
import { createAccount } from "../lib/accounts/create-account";
import { systemClock } from "../lib/clock";
import { type Env, parseEnv } from "../lib/config/env";
import { FileStatus } from "../lib/db/generated/enums";
import { addDuration, dayOf } from "../lib/fields/calendar";
import { fields } from "../lib/fields/fields";
import { findField, originalKey, variantKey, variantsSchema } from "../lib/files/file";
import { TOMBSTONE_PREFIX } from "../lib/files/tombstones";
import { REQUEST_STATES, stateAt } from "../lib/requests/request";
import { storagesFromEnv } from "../lib/storage/factory";
import type { Storage, Storages } from "../lib/storage/storage";
import { createTestDatabase } from "../tests/support/database";
import { createTestEnvironment, type TestEnvironment } from "../tests/support/environment";
import { DEMO_PASSWORD, demoEmail } from "./demo/accounts";
import { demoSignInHelp, requireNoDemo, seedDemo } from "./seed";

let environment: TestEnvironment;
let env: Env;
let storages: Storages;

beforeAll(async () => {
  environment = await createTestEnvironment();
  env = parseEnv(process.env);
  storages = storagesFromEnv(env, systemClock);
  await seedDemo({ env });
});
afterAll(() => environment?.drop());

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) keys.push(key);
  return keys;
}

test("the demo has documents of each status and a full review queue", async () => {
  const groups = await environment.db.file.groupBy({ by: ["status"], _count: true });
  expect(groups.map(({ status }) => status).sort()).toEqual(Object.values(FileStatus).sort());
  expect(groups.find(({ status }) => status === "submitted")?._count).toBeGreaterThanOrEqual(12);
});

test("the demo has requests of each state", async () => {
  const requests = await environment.db.request.findMany({ orderBy: { id: "asc" } });
  const states = requests.map((request) => stateAt(request, new Date()));
  expect(new Set(states)).toEqual(new Set(REQUEST_STATES));
});

test("the demo stores exactly the objects that its rows reference", async () => {
  const files = await environment.db.file.findMany();
  const unpurged = files.filter(({ purgedAt }) => purgedAt === null);
  const variants = (file: (typeof files)[number]) =>
    file.variants === null ? [] : variantsSchema.parse(file.variants).map(({ name }) => name);
  const privateKeys = unpurged.flatMap((file) => [
    originalKey(file),
    ...variants(file).map((name) => variantKey(file, name)),
  ]);
  const publicKeys = unpurged.flatMap((file) =>
    file.publicPrefix === null ? [] : variants(file).map((name) => `${file.publicPrefix}${name}`),
  );
  const tombstoneKeys = files
    .filter(({ purgedAt }) => purgedAt !== null)
    .map(({ id }) => `${TOMBSTONE_PREFIX}${id}`);
  expect((await keysOf(storages.private)).sort()).toEqual([...privateKeys, ...tombstoneKeys].sort());
  expect((await keysOf(storages.public)).sort()).toEqual(publicKeys.sort());
  expect(publicKeys.length).toBeGreaterThan(0);
  for (const file of unpurged)
    expect((await storages.private.stat(originalKey(file)))?.size).toBe(Number(file.size));
});

test("the demo counts stored bytes and open uploads of each person", async () => {
  for (const user of await environment.db.user.findMany({ include: { files: true } })) {
    const bytes = user.files.filter(({ purgedAt }) => !purgedAt).reduce((sum, { size }) => sum + size, 0n);
    expect([user.name, user.openUploads, user.storedBytes]).toEqual([user.name, 0, bytes]);
  }
});

test("the demo keeps no bytes and no approval past their dates", async () => {
  const now = new Date();
  for (const file of await environment.db.file.findMany({ where: { decidedAt: { not: null } } })) {
    const retention = findField(file)?.retention;
    if (retention?.from !== "decision" || !file.decidedAt) continue;
    expect([file.name, file.purgedAt !== null]).toEqual([
      file.name,
      addDuration(dayOf(file.decidedAt, "UTC"), retention.for) < dayOf(now, "UTC"),
    ]);
  }
  expect(await environment.db.file.count({ where: { status: "approved", validUntil: { lte: now } } })).toBe(
    0,
  );
});

test("each demo decision follows a logged access by its reviewer", async () => {
  const decisions = await environment.db.decision.findMany({
    include: { file: { include: { accesses: true } } },
  });
  expect(decisions.length).toBeGreaterThan(8);
  for (const { byId, createdAt, file } of decisions) {
    expect(file.accesses.some((access) => access.byId === byId && access.at < createdAt)).toBe(true);
    expect(byId).not.toBe(file.ownerId);
  }
});

test("the demo marks all its people and grants the admin nothing", async () => {
  const people = await environment.db.user.findMany({ include: { grants: true } });
  expect(people).toHaveLength(11);
  for (const { name, email, demo } of people)
    expect([demo, name, email]).toEqual([
      true,
      expect.stringContaining("(demo)"),
      expect.stringMatching(/@demo\.example$/),
    ]);
  const grants = Object.fromEntries(
    people.map((person) => [person.email, person.grants.map(({ field }) => field).sort()]),
  );
  const reviewed = [...fields.values()].filter((field) => field.reviewed);
  expect(grants[demoEmail("admin")]).toEqual([]);
  expect(grants[demoEmail("mira")]).toEqual(reviewed.map(({ name }) => name).sort());
  expect(grants[demoEmail("jonas")]).toEqual(["dbsCertificate"]);
});

test("the named demo people sign in with the demo password", async () => {
  const auth = createAuth(environment.db, { appUrl: env.APP_URL, secret: env.AUTH_SECRET });
  const named = demoSignInHelp.match(/\S+@demo\.example/g) ?? [];
  expect(named).toHaveLength(5);
  for (const email of named) {
    const { user } = await auth.api.signInEmail({ body: { email, password: DEMO_PASSWORD } });
    expect(user.email).toBe(email);
  }
  expect(demoSignInHelp).toContain(DEMO_PASSWORD);
});

test.each<[string, Partial<Env>]>([
  ["other machines reach the application", { APP_URL: "https://dossier.example.org" }],
  ["DEMO is off", { DEMO: "off" }],
])("the demo is not seeded if %s", async (_, change) => {
  await expect(seedDemo({ env: { ...env, ...change } })).rejects.toThrow("for this machine alone");
});

test("a public start is refused while the database has demo people", async () => {
  await expect(requireNoDemo({ env: { ...env, APP_URL: "https://dossier.example.org" } })).rejects.toThrow(
    /public passwords.*https:\/\/dossier\.example\.org/s,
  );
});

const personAt = (email: string) => ({ name: "Grace", email, emailVerified: false, passwordHash: null });

test("an account at the demo's domain refuses no public start", async () => {
  const { db, url, drop } = await createTestDatabase();
  await createAccount(db, { clock: systemClock }, personAt(demoEmail("mallory")));
  const site = { ...env, DATABASE_URL: url, APP_URL: "https://dossier.example.org" };
  await expect(requireNoDemo({ env: site })).resolves.toBeUndefined();
  await drop();
});

test("the demo is not seeded into a database with other people", async () => {
  await createAccount(environment.db, { clock: systemClock }, personAt("grace@example.org"));
  await expect(seedDemo({ env })).rejects.toThrow("this one has other people");
  expect(await environment.db.user.count({ where: { demo: true } })).toBe(11);
});
