import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { root } from "../../server/root";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dossier-doctor-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What `npm run storage -- doctor` says, and the code it ends with. */
function doctor(variables: Record<string, string>): Promise<{ code: number; said: string }> {
  const env = {
    ...process.env,
    AUTH_SECRET: "a secret of the test that is long enough",
    DATABASE_URL: "postgresql://localhost/x",
    ...variables,
  };
  const args = ["--import", "tsx", join("scripts", "storage.ts"), "doctor"];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, stdout) =>
      resolve({ code: error ? Number(error.code) : 0, said: stdout }),
    );
  });
}

test("the doctor ends with 0 where all is well", async () => {
  const { code, said } = await doctor({ STORAGE: "local", DATA_DIR: join(folder, "data") });
  expect(said).toMatch(/All is well( \(1 to note\))?\.\n$/);
  expect(code).toBe(0);
});

test("the doctor ends with 1 where something is wrong, of a folder as of a store", async () => {
  await writeFile(join(folder, "file"), "");
  const store = {
    STORAGE: "s3",
    STORAGE_PUBLIC_BUCKET: "pictures",
    STORAGE_PRIVATE_BUCKET: "papers",
    S3_ENDPOINT: "http://127.0.0.1:1",
    S3_ACCESS_KEY_ID: "id",
    S3_SECRET_ACCESS_KEY: "secret",
    S3_FORCE_PATH_STYLE: "true",
  };
  for (const broken of [{ STORAGE: "local", DATA_DIR: join(folder, "file") }, store]) {
    const { code, said } = await doctor(broken);
    expect(said).toContain("1 thing is wrong");
    expect(code).toBe(1);
  }
});
