import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseEnv } from "@/lib/config/env";
import { ENV_VARIABLE_NAMES } from "@/lib/config/variable-names";
import { root } from "../../server/root";

const example = readFileSync(join(root, ".env.example"), "utf8");
const listed = [...example.matchAll(/^# ([A-Z][A-Z0-9_]+)=(.*)$/gm)].map(([, name = "", value = ""]) => ({
  name,
  value,
}));
// Set by the platform, never by a person.
const platform = /^(NODE_ENV|VERCEL(_.+)?)$/;

test(".env.example lists exactly the variables that exist", () => {
  expect(listed.map(({ name }) => name).sort()).toEqual(
    ENV_VARIABLE_NAMES.filter((name) => !platform.test(name)).sort(),
  );
});

test("the values in .env.example are accepted as they stand", () => {
  const values = Object.fromEntries(listed.map(({ name, value }) => [name, value]));
  expect(() => parseEnv({ ...values, AUTH_SECRET: "x".repeat(32) })).not.toThrow();
});
