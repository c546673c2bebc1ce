import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hashFolders } from "../lib/operations/static/testing/hashes";
import { SCRIPT } from "../lib/operations/static/testing/test-site";

/** Replaces the folder of the application. */
let folder: string;
/** Names of the programs that `runCommand` was called with. */
let commands: string[];

vi.mock("./root", () => ({
  get root() {
    return folder;
  },
}));
vi.mock("./run-command", () => ({
  runCommand: async (name: string) => {
    commands.push(name);
    plant(".next/BUILD_ID", `build-${commands.length}`);
    plant(".next/static/chunks/one.js", SCRIPT);
  },
}));

function plant(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

beforeEach(() => {
  vi.resetModules();
  folder = mkdtempSync(join(tmpdir(), "dossier-built-"));
  commands = [];
  plant("next.config.js", "");
  plant("public/there.png", "a picture");
  plant("app/page.tsx", `"/there.png"`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const COMPRESSED_FILE = ".static/_next/static/chunks/one.js.br";

test("builds and publishes once, and again after a change of the sources", async () => {
  const { buildAndPublish, readBuildId } = await import("./build");
  expect([await buildAndPublish(), await buildAndPublish(), readBuildId()]).toEqual([
    "built",
    "up to date",
    "build-1",
  ]);
  plant("app/page.tsx", `"/there.png" + "more"`);
  expect([await buildAndPublish(), await buildAndPublish(), readBuildId()]).toEqual([
    "built",
    "up to date",
    "build-2",
  ]);
  expect(commands).toEqual(["next build", "next build"]);
});

test("refuses to build while the code names a missing static file", async () => {
  const { buildAndPublish, runNextBuild } = await import("./build");
  plant("app/page.tsx", `"/gone.png"`);
  await expect(runNextBuild()).rejects.toThrow(/app\/page\.tsx: \/gone\.png/);
  await expect(buildAndPublish()).rejects.toThrow(/app\/page\.tsx: \/gone\.png/);
  expect(commands).toEqual([]);
});

test("publishes lost files again without a build", async () => {
  const { buildAndPublish } = await import("./build");
  await buildAndPublish();
  const before = readFileSync(join(folder, COMPRESSED_FILE));
  plant(COMPRESSED_FILE, "");
  await buildAndPublish();
  expect(readFileSync(join(folder, COMPRESSED_FILE))).toEqual(before);
  rmSync(join(folder, ".static"), { recursive: true });
  await buildAndPublish();
  expect(readFileSync(join(folder, COMPRESSED_FILE))).toEqual(before);
  expect(commands).toEqual(["next build"]);
});

test("a dry run builds and leaves the published files unchanged", async () => {
  vi.spyOn(console, "log").mockReturnValue();
  const { buildAndPublish } = await import("./build");
  const { runStaticPublish } = await import("../scripts/static/publish");
  await buildAndPublish();
  plant("app/page.tsx", `"/there.png" + "more"`);
  const before = hashFolders(join(folder, ".static"));
  const to = join(folder, "elsewhere");
  expect(await runStaticPublish({ to, dryRun: true })).toBe(0);
  expect(hashFolders(join(folder, ".static"))).toEqual(before);
  expect(console.log).toHaveBeenLastCalledWith(expect.stringContaining("Would publish build build-2"));
  expect(await buildAndPublish()).toBe("built");
});
