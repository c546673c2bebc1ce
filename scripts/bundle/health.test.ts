import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../server/root";

test.each([
  ["::1", "[::1]"],
  ["::", "127.0.0.1"],
  ["127.0.0.1", "127.0.0.1"],
])("requests the health of an application on %s at %s", (HOST, host) => {
  const command = ["--import", "tsx", join(root, "scripts/bundle/health.ts")];
  const env = { NODE_ENV: "production" as const, PATH: process.env.PATH, HOST, PORT: "1" };
  const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, env, encoding: "utf8" });
  expect(stderr).toBe(`http://${host}:1/api/health does not respond: fetch failed\n`);
  expect(status).toBe(1);
});
