import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { defineConfig, devices } from "@playwright/test";
import { hasMiniflare } from "./tests/stores/miniflare";
import { chromiumFlags, findChromium } from "./tests/support/chromium";

// Journeys run once per storage, each against a server of its own with an empty database.
// scripts/testing/requirements.ts sets TEST_WITHOUT. `npm test` runs what depends on the store on
// S3 as well; a campaign runs every journey that moves bytes, on R2 too.
const isCampaign = process.env.TEST_CAMPAIGN === "1";
const missingStores = new Set((process.env.TEST_WITHOUT ?? "").split(","));
const storages = [
  "local",
  ...(missingStores.has("s3") ? [] : ["s3"]),
  ...(isCampaign && hasMiniflare() ? ["r2"] : []),
];
const BYTES = /(direct-transfer\.s3|documents|profile)\.spec\.ts$/;
const WITHOUT_BYTES = /(accessibility|keyboard|sign-in)\.spec\.ts$/;
const ON_STORE: Record<string, { testMatch?: RegExp; testIgnore?: RegExp }> = {
  local: { testIgnore: /\.s3\.spec\.ts$/ },
  s3: isCampaign ? { testIgnore: WITHOUT_BYTES } : { testMatch: /(direct-transfer\.s3|secrets)\.spec\.ts$/ },
  r2: { testMatch: BYTES },
};
/** With it a spec starts a job, instead of waiting for its schedule. */
const CRON_SECRET = "a secret of the browser tests";
// Workers read this file again: the first choice holds for all of them.
process.env.E2E_PORTS ??= (await Promise.all(storages.map(freePort))).join(",");
process.env.CHROMIUM ??= findChromium() ?? "";
const ports = process.env.E2E_PORTS.split(",").map(Number);

export default defineConfig({
  testDir: "e2e",
  globalSetup: "./e2e/build-fixtures.ts",
  outputDir: "test-results",
  // Each test makes its own people, so tests of one file may run at once.
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 3,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "en-GB",
    // A recording takes longer than the journey. `--trace on` records the one that fails.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: process.env.CHROMIUM || undefined, args: chromiumFlags() },
  },
  projects: storages.map((name, index) => ({
    name,
    use: { baseURL: `http://localhost:${ports[index]}` },
    metadata: { dataDir: dataDir(name), cronSecret: CRON_SECRET },
    ...ON_STORE[name],
  })),
  webServer: storages.map((name, index) => ({
    command: `node --import tsx tests/support/e2e-server.ts ${name}`,
    url: `http://localhost:${ports[index]}/api/health`,
    env: { PORT: String(ports[index]), DATA_DIR: dataDir(name), NODE_ENV: "production", CRON_SECRET },
    timeout: 240_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
    stdout: "ignore",
    stderr: "pipe",
  })),
});

/**
 * Specs that call `npm run person` find the database of their project by
 * `testInfo.project.metadata.dataDir`.
 */
function dataDir(storage: string): string {
  return fileURLToPath(new URL(`.data/e2e-${storage}`, import.meta.url));
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no free port")),
      );
    });
  });
}
