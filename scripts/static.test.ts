import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../server/root";

test.each([
  ["an empty folder name", ["publish", "--to", ""]],
  ["an empty origin", ["check", "--at", ""]],
  ["publish with --at", ["publish", "--at", "http://localhost"]],
  ["no command", []],
])("prints the usage and writes nothing for %s", (_, args) => {
  const folder = mkdtempSync(join(tmpdir(), "dossier-static-command-"));
  const program = [
    "--import",
    join(root, "node_modules/tsx/dist/loader.mjs"),
    join(root, "scripts/static.ts"),
  ];
  const { status, stderr } = spawnSync(process.execPath, [...program, ...args], {
    cwd: folder,
    encoding: "utf8",
    // If the command continues by mistake, the test does not wait for a build.
    timeout: 30_000,
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining("static -- publish [--to <folder>")]);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
