import { chmod, mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { runDoctor } from "./run-doctor";

describe("the doctor finds a folder", () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "dossier-doctor-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const look = async (folder: string) => {
    const storage = {
      driver: "local",
      folder,
      baseUrl: "http://localhost:3000",
      secret: "a secret of the test that is long enough",
    } as const;
    const given = { storage, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
    const report = await runDoctor(given, systemClock, root);
    const not = report.findings.filter(({ outcome }) => outcome !== "passed");
    return { report, not };
  };

  test("healthy that is not there yet, makes it, and leaves no file in it", async () => {
    const { report, not } = await look("data/storage");
    // What room there is on this machine is none of the test's business.
    expect(not.filter(({ check }) => check !== "space")).toEqual([]);
    expect(report.healthy).toBe(true);
    const files = await readdir(join(root, "data/storage"), { recursive: true, withFileTypes: true });
    expect(files.filter((each) => each.isFile())).toEqual([]);
  });

  test.each(["public", ".next", "static"])(
    "wrong in %s, where it is served or thrown away",
    async (place) => {
      const { report, not } = await look(`${place}/storage`);
      expect(report.healthy).toBe(false);
      expect(not[0]).toMatchObject({ check: "folder-place", outcome: "failed" });
      expect(not[0]?.fix).toContain("DATA_DIR");
    },
  );

  test("wrong that cannot be made, and tries nothing after that", async () => {
    await writeFile(join(root, "data"), "a file where the folder should be");
    const { report, not } = await look("data/storage");
    expect(report.findings.map(({ check, outcome }) => ({ check, outcome }))).toEqual([
      { check: "folder", outcome: "failed" },
    ]);
    expect(not[0]?.found).toContain("ENOTDIR");
  });

  test("open to other accounts, and says how to close it", async () => {
    await mkdir(join(root, "data/storage/private"), { recursive: true });
    await chmod(join(root, "data/storage/private"), 0o755);
    const { report, not } = await look("data/storage");
    expect(report.healthy).toBe(true);
    expect(not.find(({ check }) => check === "folder-rights")).toMatchObject({
      outcome: "warning",
      found: "Other accounts may enter private/ (mode 755).",
    });
  });
});
