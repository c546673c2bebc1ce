import { buildAndPublish } from "../../server/build";
import { root } from "../../server/root";
import { requireSuccess } from "../testing/programs";
import type { TestCounts } from "../testing/test-counts";
import { checkImportDirections } from "./import-directions";
import { findLanguageFaults } from "./language";

type Check = { name: string; run: () => Promise<void> };

/** The build, which tests of the running server and journeys start. */
export const BUILD: readonly Check[] = [{ name: "build", run: async () => void (await buildAndPublish()) }];

/** Checks of the tree that `npm run lint` runs. */
export const LINT: readonly Check[] = [
  {
    name: "format and lint (biome)",
    run: () => requireSuccess("node_modules/@biomejs/biome/bin/biome", "check", "."),
  },
  { name: "language", run: requireLanguage },
  { name: "unused code (knip)", run: () => requireSuccess("node_modules/knip/bin/knip.js", "--no-progress") },
  { name: "import directions", run: requireDirections },
];

/** `npm run types`. Next writes the types of the routes first. */
export const TYPES: readonly Check[] = [
  {
    name: "types",
    async run() {
      await requireSuccess("node_modules/next/dist/bin/next", "typegen");
      await requireSuccess("node_modules/typescript/bin/tsc", "--noEmit", "-p", ".");
    },
  },
];

/** Runs checks one after the other, prints what fails, and counts. */
export async function runChecks(checks: readonly Check[]): Promise<TestCounts> {
  const counts: TestCounts = { passed: 0, failed: [], skipped: [] };
  for (const { name, run } of checks) {
    try {
      await run();
      counts.passed++;
      console.log(`== ${name}: passed`);
    } catch (error) {
      counts.failed.push(name);
      console.log(`== ${name}: FAILED\n${error instanceof Error ? error.message : error}`);
    }
  }
  return counts;
}

async function requireLanguage(): Promise<void> {
  const faults = findLanguageFaults(root);
  if (faults.length > 0) throw new Error(faults.join("\n"));
}

async function requireDirections(): Promise<void> {
  const { modules, violations } = await checkImportDirections(root);
  // A version of TypeScript that the tool cannot read gives it no modules, and so no violations.
  if (modules === 0) throw new Error("dependency-cruiser read no module.");
  const lines = violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);
  if (lines.length > 0) throw new Error(lines.join("\n"));
}
