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

/** Runs `npm run storage -- doctor` and returns its exit code and output. */
function runDoctorCommand(variables: Record<string, string>, ...options: string[]) {
  const env = {
    ...process.env,
    AUTH_SECRET: "a secret of the test that is long enough",
    DATABASE_URL: "postgresql://localhost/x",
    ...variables,
  };
  const args = ["--import", "tsx", join("scripts", "storage.ts"), "doctor", ...options];
  return new Promise<{ code: number; output: string }>((resolve) => {
    execFile(process.execPath, args, { cwd: root, env }, (error, output) =>
      resolve({ code: error ? Number(error.code) : 0, output }),
    );
  });
}

test("the doctor exits with 0 if no check fails", async () => {
  const { code, output } = await runDoctorCommand({ STORAGE: "local", DATA_DIR: join(folder, "data") });
  expect(output).toMatch(/No errors(, 1 warning)?\.\n$/);
  expect(code).toBe(0);
});

test("the doctor exits with 1 if a folder or a store fails", async () => {
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
    const { code, output } = await runDoctorCommand(broken);
    expect(output).toContain("1 error");
    expect(code).toBe(1);
  }
});

test("the doctor prints the documented JSON keys", async () => {
  await writeFile(join(folder, "file"), "");
  const { output } = await runDoctorCommand({ STORAGE: "local", DATA_DIR: join(folder, "file") }, "--json");
  const { findings, ...report } = JSON.parse(output);
  expect(Object.keys(report).sort()).toEqual(["at", "capabilities", "driver", "healthy", "place"]);
  expect(Object.keys(findings[0]).sort()).toEqual(["check", "found", "mend", "outcome", "title"]);
});
