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

/** The findings of a deployment that nobody serves yet, those about its settings left out. */
async function found(settings: Record<string, string>): Promise<Record<string, string>> {
  const all = {
    NODE_ENV: "production",
    APP_URL: "https://dossier.test",
    AUTH_SECRET: "kV8mQ2xT7nLr4WzYb1HcJ9fGpD5sAe3uXi6oRqB0tMw=",
    DATABASE_URL: database.url,
    DATA_DIR: folder,
    ...settings,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const { findings, untested } = await checkDeployment({ deploy: true, at: "http://127.0.0.1:1" });
  expect(untested).toContainEqual(expect.stringContaining("Static files were not compared"));
  return Object.fromEntries(
    findings
      .filter(({ id }) => /^(storage\..*|database|migrations|demo-people|unreachable)$/.test(id))
      .map(({ id, severity }) => [id, severity]),
  );
}

test("what the doctor of the storages finds comes through, beside people of the demo and an address where nobody is", async () => {
  const id = newId();
  await database.db.user.create({ data: { id, name: "Ada", email: "ada@demo.example", handle: id } });
  writeFileSync(join(folder, "storage"), "No folder.");
  const findings = await found({ STORAGE: "local" });
  expect(findings).toMatchObject({ "demo-people": "error", unreachable: "error" });
  expect(Object.entries(findings).filter(([id]) => id.startsWith("storage."))).toContainEqual([
    expect.any(String),
    "error",
  ]);
});

test("a store that is away is named, and so is a migration that the database lacks", async () => {
  await database.db.$executeRaw`DELETE FROM "_prisma_migrations"`;
  const findings = await found({
    STORAGE: "s3",
    STORAGE_PUBLIC_BUCKET: "public",
    STORAGE_PRIVATE_BUCKET: "private",
    S3_ENDPOINT: "http://127.0.0.1:1",
    S3_ACCESS_KEY_ID: "known",
    S3_SECRET_ACCESS_KEY: "to nobody",
  });
  expect(findings).toMatchObject({ migrations: "error" });
  expect(Object.keys(findings).filter((id) => id.startsWith("storage."))).not.toEqual([]);
});
