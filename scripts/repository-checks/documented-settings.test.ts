import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ENV_VARIABLE_NAMES } from "@/lib/config/variable-names";
import { root } from "../../server/root";

// Set by the platform, never by a person.
const platform = /^(NODE_ENV|VERCEL(_.+)?)$/;

test("docs/operations/settings.md explains exactly the settings that exist", () => {
  const text = readFileSync(join(root, "docs/operations/settings.md"), "utf8");
  const rows = text.split("\n").filter((line) => line.startsWith("| `"));
  const explained = rows.flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([A-Z][A-Z0-9_]+)`/g)].map(([, name = ""]) => name),
  );
  const settings = ENV_VARIABLE_NAMES.filter((name) => !platform.test(name));
  expect(explained.sort()).toEqual([...settings].sort());
});
