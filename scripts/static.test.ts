import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../server/root";

test.each([
  ["publish to a folder whose name is empty", ["publish", "--to", ""]],
  ["check at an address that is empty", ["check", "--at", ""]],
  ["publish at an address", ["publish", "--at", "http://localhost"]],
  ["do nothing", []],
])("asked to %s it says how it is called, and touches nothing", (_, args) => {
  const folder = mkdtempSync(join(tmpdir(), "dossier-static-command-"));
  const program = [
    "--import",
    join(root, "node_modules/tsx/dist/loader.mjs"),
    join(root, "scripts/static.ts"),
  ];
  const { status, stderr } = spawnSync(process.execPath, [...program, ...args], {
    cwd: folder,
    encoding: "utf8",
    // Where the command should go on after all it is not to wait for a build.
    timeout: 30_000,
  });
  expect([status, stderr]).toEqual([1, expect.stringContaining("static -- publish [--to <folder>")]);
  expect(readdirSync(folder)).toEqual([]);
  rmSync(folder, { recursive: true });
});
