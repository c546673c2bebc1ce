import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { runDoctor } from "./run-doctor";

describe("the doctor of local storage", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "dossier-doctor-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const check = async (folder: string) => {
    const storage = {
      driver: "local",
      folder,
      baseUrl: "http://localhost:3000",
      secret: "a secret of the test that is long enough",
    } as const;
    const input = { storage, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
    const report = await runDoctor(input, systemClock, root);
    return { report, notPassed: report.findings.filter(({ outcome }) => outcome !== "passed") };
  };

  test("creates a missing folder and leaves no file in it", async () => {
    const { report, notPassed } = await check("data/storage");
    // The free space depends on this machine.
    expect(notPassed.filter((finding) => finding.check !== "space")).toEqual([]);
    expect(report.healthy).toBe(true);
    const files = await readdir(join(root, "data/storage"), { recursive: true, withFileTypes: true });
    expect(files.filter((entry) => entry.isFile())).toEqual([]);
  });

  test.each(["public", ".next", "static"])("fails a folder in %s", async (parent) => {
    const { report, notPassed } = await check(`${parent}/storage`);
    expect(report.healthy).toBe(false);
    expect(notPassed[0]).toMatchObject({ check: "folder-place", outcome: "failed" });
    expect(notPassed[0]?.fix).toContain("DATA_DIR");
  });

  test("stops after a folder that it cannot create", async () => {
    await writeFile(join(root, "data"), "a file instead of a folder");
    const { report, notPassed } = await check("data/storage");
    expect(report.findings.map(({ check, outcome }) => ({ check, outcome }))).toEqual([
      { check: "folder", outcome: "failed" },
    ]);
    expect(notPassed[0]?.found).toContain("ENOTDIR");
  });

  test("warns of a folder that other accounts may enter", async () => {
    await mkdir(join(root, "data/storage/private"), { recursive: true });
    await chmod(join(root, "data/storage/private"), 0o755);
    const { report, notPassed } = await check("data/storage");
    expect(report.healthy).toBe(true);
    expect(notPassed.find((finding) => finding.check === "folder-rights")).toMatchObject({
      outcome: "warning",
      found: "Other accounts may enter private/ (mode 755).",
    });
  });
});
