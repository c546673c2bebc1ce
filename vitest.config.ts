import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

// scripts/test.ts sets both: `npm run test:all` runs the campaigns, and a machine without a store
// names it here.
const isCampaign = process.env.TEST_CAMPAIGN === "1";
const missingStores = new Set((process.env.TEST_WITHOUT ?? "").split(","));

/**
 * Campaigns: tests that take long because they are exhaustive. The other folders of tests/ run in
 * `npm test` with fewer cases.
 */
const CAMPAIGNS = [
  "tests/{buckets,bundle,commands,decoding,demo,deployment,people,queue,server,stores,topologies,vercel}/**/*.test.ts",
  "tests/crashes/{random-kills,concurrent-sweeps}.test.ts",
  "tests/faults/{clock-skew,full-disk,reconcile-concurrent,s3-driver,store-slow,store-sweep}.test.ts",
];

/**
 * Tests that move bytes run on local storage, and on S3 as well. The first list runs on S3 in `npm
 * test`, both in a campaign.
 */
const BYTES_ON_S3 = [
  "app/api/uploads/complete.test.ts",
  "app/api/files/reading.test.ts",
  "lib/files/due-purges.test.ts",
];
const BYTES_ON_EVERY_STORE = [
  "app/api/{account,uploads,files,profile,cron}/**/*.test.ts",
  "lib/files/{purge,due-purges}*.test.ts",
  "lib/uploads/sweep.test.ts",
  "lib/retention/replay.test.ts",
  "tests/crashes/*.test.ts",
  "tests/faults/reconcile-concurrent.test.ts",
  "prisma/seed.test.ts",
];

/**
 * R2 in Miniflare lists neither parts nor multipart uploads, so it cannot complete, sweep or
 * compare them.
 */
const NEEDS_PART_LISTS = [
  "app/api/**/{parts,multipart}.test.ts",
  "app/api/cron/**/*.test.ts",
  "app/api/account/erased-data.test.ts",
  "app/api/uploads/{reconcile,repair}*.test.ts",
  "tests/faults/reconcile-concurrent.test.ts",
  "lib/uploads/sweep.test.ts",
  "tests/crashes/*.test.ts",
];

const FOLDERS = ["app", "lib", "prisma", "scripts", "server"];

/** What a file leaves behind for the next one in its process: settings, modules, a database. */
const LEAVES_TRACES = /\bvi\.|process\.|spawn|fork\(|createTest|tests\/support|testing\/|[Ff]ixture/;

/**
 * Test files that only call functions. They share processes: a process for each of the hundred
 * takes three times as much processor time.
 */
const PURE = FOLDERS.flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".test.ts"))
    .map((path) => `${folder}/${path}`),
)
  .filter((path) => !LEAVES_TRACES.test(readFileSync(path, "utf8")))
  // As a pattern. Folders of the app have brackets.
  .map((path) => path.replace(/[()[\]]/g, "\\$&"));

/**
 * The longest files start first: started last, each would keep one worker busy alone at the end.
 */
const LONGEST =
  /crashes\/|vercel\/|topologies\/|multipart\.test|visibility|publication|storage\/(s3|r2)\.test|faults\//;

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = (file: TestSpecification) => LONGEST.test(file.moduleId);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

function onStore(name: "s3" | "r2", include: string[], exclude: string[] = []) {
  return {
    extends: true as const,
    test: {
      name,
      globalSetup: "tests/support/global-setup.ts",
      include,
      exclude,
      env: { TEST_STORAGE: name },
    },
  };
}

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    // These limits end what hangs. They measure nothing: a busy machine may take long.
    testTimeout: 90_000,
    hookTimeout: 120_000,
    // Processes. In threads, V8 may end the whole run when one of them drops the code
    // of a WASM module (https://github.com/nodejs/node/issues/64500), and libvips mixes the
    // messages of all threads.
    pool: "forks",
    // Test files share nothing and often wait for a store or a process, so more of them run than
    // there are cores.
    maxWorkers: Math.max(4, availableParallelism()),
    sequence: { sequencer: LongestFirst },
    projects: [
      { extends: true, test: { name: "pure", include: PURE, isolate: false } },
      {
        extends: true,
        test: {
          name: "local",
          globalSetup: "tests/support/global-setup.ts",
          include: [`{${FOLDERS.join(",")},tests}/**/*.test.ts`],
          exclude: [...PURE, ...(isCampaign ? [] : CAMPAIGNS)],
        },
      },
      ...(missingStores.has("s3")
        ? []
        : [onStore("s3", isCampaign ? [...BYTES_ON_S3, ...BYTES_ON_EVERY_STORE] : BYTES_ON_S3)]),
      ...(isCampaign && !missingStores.has("r2")
        ? [onStore("r2", BYTES_ON_EVERY_STORE, NEEDS_PART_LISTS)]
        : []),
    ],
  },
});
