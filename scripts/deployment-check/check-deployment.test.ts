import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { newId } from "../../lib/id";
import { createTestDatabase, type TestDatabase } from "../../tests/support/database";
import { checkDeployment } from "./check-deployment";

let database: TestDatabase;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(join(tmpdir(), "dossier-check-"));
});
afterAll(async () => {
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

/** Checks a deployment that no server serves yet. Leaves out the findings about its settings. */
async function checkWith(settings: Record<string, string>): Promise<Record<string, string>> {
  const all = {
    NODE_ENV: "production",
    APP_URL: "https://dossier.test",
    AUTH_SECRET: "kV8mQ2xT7nLr4WzYb1HcJ9fGpD5sAe3uXi6oRqB0tMw=",
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ...settings,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const { findings } = await checkDeployment({ deploy: true, at: "http://127.0.0.1:1" });
  expect(findings).toContainEqual({
    check: "static-files",
    outcome: "untested",
    found: expect.stringContaining("Static files were not compared"),
  });
  return Object.fromEntries(
    findings
      .filter(({ outcome }) => outcome !== "untested")
      .filter(({ check }) => /^(storage\..*|database|migrations|demo-people|unreachable)$/.test(check))
      .map(({ check, outcome }) => [check, outcome]),
  );
}

test("reports the doctor's findings, demo people and an unreachable site", async () => {
  const id = newId();
  await database.db.user.create({
    data: { id, name: "Ada", email: "ada@example.org", handle: id, demo: true },
  });
  writeFileSync(join(folder, "storage"), "This is no folder.");
  const findings = await checkWith({ STORAGE: "local" });
  expect(findings).toMatchObject({ "demo-people": "failed", unreachable: "failed" });
  expect(Object.entries(findings).filter(([id]) => id.startsWith("storage."))).toContainEqual([
    expect.any(String),
    "failed",
  ]);
});

test("reports an unreachable store and a missing migration", async () => {
  await database.db.$executeRaw`DELETE FROM "_prisma_migrations"`;
  const findings = await checkWith({
    STORAGE: "s3",
    STORAGE_PUBLIC_BUCKET: "public",
    STORAGE_PRIVATE_BUCKET: "private",
    S3_ENDPOINT: "http://127.0.0.1:1",
    S3_ACCESS_KEY_ID: "known",
    S3_SECRET_ACCESS_KEY: "secret",
  });
  expect(findings).toMatchObject({ migrations: "failed" });
  expect(Object.keys(findings).filter((id) => id.startsWith("storage."))).not.toEqual([]);
});
