import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createAuth } from "../lib/accounts/auth";
import { systemClock } from "../lib/clock";
import { FileStatus } from "../lib/db/generated/enums";
import { type Env, parseEnv } from "../lib/config/env";
import { addDuration } from "../lib/fields/duration";
import { fields } from "../lib/fields/fields";
import { findField, originalKey, variantKey, variantsSchema } from "../lib/files/file";
import { storagesFromEnv } from "../lib/storage/factory";
import type { Storage, Storages } from "../lib/storage/storage";
import { type TestEnvironment, createTestEnvironment } from "../tests/support/environment";
import { demoEmail, DEMO_DOMAIN, DEMO_PASSWORD } from "./demo/accounts";
import { demoSignInHelp, seedDemo, requireNoDemo } from "./seed";

let database: TestEnvironment;
let env: Env;
let storages: Storages;

beforeAll(async () => {
  database = await createTestEnvironment();
  env = parseEnv(process.env);
  storages = storagesFromEnv(env, systemClock);
  await seedDemo({ env });
});
afterAll(() => database?.drop());

async function keysOf(storage: Storage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) keys.push(key);
  return keys;
}

describe("the demo", () => {
  test("has a document in every state, and a queue worth working through", async () => {
    const groups = await database.db.file.groupBy({ by: ["status"], _count: true });
    expect(groups.map(({ status }) => status).sort()).toEqual(Object.values(FileStatus).sort());
    expect(groups.find(({ status }) => status === "submitted")?._count).toBeGreaterThanOrEqual(12);
  });

  test("has exactly the bytes that its rows speak of", async () => {
    const files = await database.db.file.findMany();
    const whole = files.filter(({ purgedAt }) => purgedAt === null);
    const variants = (file: (typeof files)[number]) =>
      file.variants === null ? [] : variantsSchema.parse(file.variants).map(({ name }) => name);
    const kept = whole.flatMap((file) => [
      originalKey(file),
      ...variants(file).map((name) => variantKey(file, name)),
    ]);
    const shown = whole.flatMap((file) =>
      file.publicPrefix === null ? [] : variants(file).map((name) => `${file.publicPrefix}${name}`),
    );
    expect((await keysOf(storages.private)).sort()).toEqual(kept.sort());
    expect((await keysOf(storages.public)).sort()).toEqual(shown.sort());
    expect(shown.length).toBeGreaterThan(0);
    for (const file of whole)
      expect((await storages.private.stat(originalKey(file)))?.size).toBe(Number(file.size));
  });

  test("counts everybody's bytes and open uploads right", async () => {
    for (const user of await database.db.user.findMany({ include: { files: true } })) {
      const bytes = user.files.filter(({ purgedAt }) => !purgedAt).reduce((sum, { size }) => sum + size, 0n);
      expect([user.name, user.openUploads, user.storedBytes]).toEqual([user.name, 0, bytes]);
    }
  });

  test("keeps no bytes beyond their retention and no approval beyond its validity", async () => {
    const now = new Date();
    for (const file of await database.db.file.findMany({ where: { decidedAt: { not: null } } })) {
      const retention = findField(file)?.retention;
      if (retention?.from !== "decision" || !file.decidedAt) continue;
      expect([file.name, file.purgedAt !== null]).toEqual([
        file.name,
        addDuration(file.decidedAt, retention.for) <= now,
      ]);
    }
    expect(await database.db.file.count({ where: { status: "approved", validUntil: { lte: now } } })).toBe(0);
  });

  test("has every decision preceded by a look that is on the register", async () => {
    const decisions = await database.db.decision.findMany({
      include: { file: { include: { accesses: true } } },
    });
    expect(decisions.length).toBeGreaterThan(8);
    for (const { byId, createdAt, file } of decisions) {
      expect(file.accesses.some((access) => access.byId === byId && access.at < createdAt)).toBe(true);
      expect(byId).not.toBe(file.ownerId);
    }
  });

  test("marks everybody as its own, and gives the admin no grant", async () => {
    const people = await database.db.user.findMany({ include: { grants: true } });
    expect(people).toHaveLength(11);
    for (const { name, email } of people)
      expect([name, email]).toEqual([
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

  test("lets each person in whom it names", async () => {
    const auth = createAuth(database.db, { appUrl: env.APP_URL, secret: env.AUTH_SECRET });
    const named = demoSignInHelp.match(/\S+@demo\.example/g) ?? [];
    expect(named).toHaveLength(5);
    for (const email of named) {
      const { user } = await auth.api.signInEmail({ body: { email, password: DEMO_PASSWORD } });
      expect(user.email).toBe(email);
    }
    expect(demoSignInHelp).toContain(DEMO_PASSWORD);
  });

  test.each<[string, Partial<Env>]>([
    ["more than this machine reaches the application", { APP_URL: "https://dossier.example.org" }],
    ["it is switched off", { DEMO: "off" }],
  ])("is not laid where %s", async (_, change) => {
    await expect(seedDemo({ env: { ...env, ...change } })).rejects.toThrow("for this machine alone");
  });

  test("keeps the application from being offered to everybody while its people are there", async () => {
    await expect(requireNoDemo({ env: { ...env, APP_URL: "https://dossier.example.org" } })).rejects.toThrow(
      /passwords everybody knows.*https:\/\/dossier\.example\.org/s,
    );
  });

  test("is not laid beside other people, whom it leaves alone", async () => {
    const auth = createAuth(database.db, { appUrl: env.APP_URL, secret: env.AUTH_SECRET });
    await auth.api.signUpEmail({
      body: { name: "Somebody", email: "somebody@example.org", password: "a long password" },
    });
    await expect(seedDemo({ env })).rejects.toThrow("somebody is in this one");
    expect(await database.db.user.count({ where: { email: { endsWith: DEMO_DOMAIN } } })).toBe(11);
  });
});
