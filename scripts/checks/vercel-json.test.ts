import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../server/environment";

test("what lies beside the sources is not sent to Vercel: what git ignores is not, where there is no other list", () => {
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  expect(ignored).toEqual(expect.arrayContaining([".data/", ".env", ".env.*", "/.static/", "/.bundle/"]));
  expect(existsSync(join(root, ".vercelignore"))).toBe(false);
});
