import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { hasMiniflare } from "./tests/stores/miniflare";
import { R2_CAPABILITIES } from "./tests/stores/r2";

/** What handlers and the demo do with bytes is tried against local storage and, where the run has been given one, against each S3 store as well. */
const WITH_BYTES = [
  "app/api/{uploads,files,profile,cron}/**/*.test.ts",
  "lib/files/{purge,due-purges}*.test.ts",
  "lib/uploads/sweep.test.ts",
  "lib/steps*.test.ts",
  "prisma/seed.test.ts",
];

/** What nobody can do at a store that lists neither parts nor the uploads in parts under way: complete one, sweep, compare. */
const WITH_LISTS = [
  "app/api/**/*parts.test.ts",
  "app/api/cron/**/*.test.ts",
  "app/api/uploads/{reconcile,repair}*.test.ts",
  "lib/uploads/sweep.test.ts",
  "lib/steps*.test.ts",
];

/** What takes longest, though its source is short: begun late, it would be waited for alone. */
const LONGEST = /lib\/steps|store-away|doctor\/|storage\/(s3|r2)\.test|s3\/faults|visibility|publication/;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const long = (file: TestSpecification) => LONGEST.test(file.moduleId);
    return [...sorted.filter(long), ...sorted.filter((file) => !long(file))];
  }
}

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    // For what hangs: with several files at once on a small machine, one that starts several programs takes its time.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Much of the time is waited, for stores that say nothing, for processes that are killed: files share nothing, so one waits beside another.
    maxWorkers: Math.max(4, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        extends: true,
        test: {
          name: "local",
          globalSetup: "tests/support/global-setup.ts",
          include: ["{lib,app,scripts,prisma}/**/*.test.ts"],
        },
      },
      ...stores().map((name) => ({
        extends: true as const,
        test: {
          name,
          globalSetup: "tests/support/global-setup.ts",
          include: WITH_BYTES,
          exclude: name === "r2" && !R2_CAPABILITIES.listsParts ? WITH_LISTS : [],
          env: { TEST_STORAGE: name },
        },
      })),
    ],
  },
});

function stores(): string[] {
  return [...(process.env.S3_TEST_ENDPOINT ? ["s3"] : []), ...(hasMiniflare() ? ["r2"] : [])];
}
