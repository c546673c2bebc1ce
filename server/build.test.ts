import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { hashFolders } from "../lib/operations/static/testing/hashes";
import { SCRIPT } from "../lib/operations/static/testing/test-site";

/** Stands for this site's folder. */
let folder: string;
/** Programs that were run. */
let ran: string[];

vi.mock("./environment", () => ({
  get root() {
    return folder;
  },
}));
vi.mock("./run-command", () => ({
  run: async (name: string) => {
    ran.push(name);
    plant(".next/BUILD_ID", `build-${ran.length}`);
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
  ran = [];
  plant("next.config.js", "");
  plant("public/there.png", "a picture");
  plant("app/page.tsx", `"/there.png"`);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PACKED = ".static/_next/static/chunks/one.js.br";

test("it builds and publishes once, and again where the sources have changed", async () => {
  const { buildAndPublish: build, readBuildId: buildId } = await import("./build");
  expect([await build(), await build(), buildId()]).toEqual(["built", "up to date", "build-1"]);
  plant("app/page.tsx", `"/there.png" + "more"`);
  expect([await build(), await build(), buildId()]).toEqual(["built", "up to date", "build-2"]);
  expect(ran).toEqual(["next build", "next build"]);
});

test("nothing is built while the code names a static file that is not there", async () => {
  const { buildAndPublish: build, runNextBuild: nextBuild } = await import("./build");
  plant("app/page.tsx", `"/gone.png"`);
  await expect(nextBuild()).rejects.toThrow(/app\/page\.tsx: \/gone\.png/);
  await expect(build()).rejects.toThrow(/app\/page\.tsx: \/gone\.png/);
  expect(ran).toEqual([]);
});

test("what the published folder has lost is put there again, without building", async () => {
  const { buildAndPublish: build } = await import("./build");
  await build();
  const before = readFileSync(join(folder, PACKED));
  plant(PACKED, "");
  await build();
  expect(readFileSync(join(folder, PACKED))).toEqual(before);
  rmSync(join(folder, ".static"), { recursive: true });
  await build();
  expect(readFileSync(join(folder, PACKED))).toEqual(before);
  expect(ran).toEqual(["next build"]);
});

test("a dry run builds, and changes nothing of what is published", async () => {
  vi.spyOn(console, "log").mockReturnValue();
  const { buildAndPublish: build } = await import("./build");
  const { runStaticPublish: publishStatic } = await import("../scripts/static/publish");
  await build();
  plant("app/page.tsx", `"/there.png" + "more"`);
  const before = hashFolders(join(folder, ".static"));
  const to = join(folder, "elsewhere");
  expect(await publishStatic({ to, dryRun: true })).toBe(0);
  expect(hashFolders(join(folder, ".static"))).toEqual(before);
  expect(console.log).toHaveBeenLastCalledWith(expect.stringContaining("Would publish build build-2"));
  expect(await build()).toBe("built");
});
