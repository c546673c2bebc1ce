import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import configuration from "../../.dependency-cruiser.mjs";
import { root } from "../../server/root";
import { checkImportDirections, type ImportViolation } from "./import-directions";

/** One violation per rule: the file that commits it, and what it says. */
const planted: [rule: string, file: string, source: string][] = [
  ["fields-and-errors-stand-alone", "lib/fields/planted.ts", 'import "../clock";'],
  ["errors-import-nothing", "lib/errors.ts", 'import "node:fs";'],
  ["lib-knows-no-framework", "lib/planted-framework.ts", 'import { cookies } from "next/headers"; cookies;'],
  ["lib-knows-no-app", "lib/planted-app.ts", 'import "../app/_server/app-context";'],
  ["lib-knows-no-server", "lib/planted-server.ts", 'import "../server/root";'],
  ["lib-knows-no-operations", "lib/files/planted.ts", 'import "../operations/static/policy";'],
  ["rooms-take-what-they-work-with", "lib/review/planted.ts", 'import "../db/client";'],
  ["storage-imports-its-sdk-and-errors", "lib/storage/planted.ts", 'import "../fields/registry";'],
  ["drivers-read-no-environment", "lib/storage/planted-env.ts", 'import "../config/env";'],
  [
    "settings-need-no-generated-code",
    "lib/config/env.ts",
    'import { Role as Planted } from "../db/generated/enums"; Planted;',
  ],
  ["app-builds-nothing", "app/api/planted/route.ts", 'import "@/lib/db/client";'],
  ["ui-shows-and-does-nothing", "app/_ui/planted.tsx", 'import "@/lib/review/decide";'],
  ["ui-knows-no-server", "app/_ui/planted-server.tsx", 'import "@/app/_server/app-context";'],
  ["app-knows-no-scripts", "app/planted-scripts.ts", 'import "@/server/root";'],
  ["server-knows-no-commands", "server/planted.ts", 'import "../scripts/repository-checks/language";'],
  ["e2e-stands-outside", "e2e/planted.spec.ts", 'import "../lib/uploads/issue";'],
  ["product-knows-no-tests", "lib/planted-testing.ts", 'import "../tests/support/database";'],
  ["no-circles", "lib/planted-circle.ts", 'import "./planted-other-half";'],
];

let copy: string;
let violations: ImportViolation[];

beforeAll(async () => {
  copy = mkdtempSync(join(tmpdir(), "dossier-directions-"));
  for (const name of [
    ".dependency-cruiser.mjs",
    "tsconfig.json",
    "package.json",
    "app",
    "lib",
    "server",
    "scripts",
    "tests",
    "e2e",
  ]) {
    if (existsSync(join(root, name))) cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const [, file, source] of planted) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    appendFileSync(join(copy, file), `${source}\n`);
  }
  writeFileSync(join(copy, "lib/planted-other-half.ts"), 'import "./planted-circle";\n');
  ({ violations } = await checkImportDirections(copy));
});

afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe("a planted violation fails by the name of its rule", () => {
  test.each(planted)("%s, broken by %s", (rule, file) => {
    const found = violations.filter((violation) => violation.from === file).map(({ rule }) => rule.name);
    expect(found).toContain(rule);
  });

  test("every rule has one", () => {
    const rules = configuration.forbidden?.map(({ name }) => name);
    expect(planted.map(([rule]) => rule).sort()).toEqual(rules?.sort());
  });
});
