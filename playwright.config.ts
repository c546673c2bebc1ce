import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { defineConfig, devices } from "@playwright/test";
import { hasMiniflare } from "./tests/stores/miniflare";
import { chromiumFlags, findChromium } from "./tests/support/chromium";

// Whole journeys, once per storage, each against a server of its own with an empty database. `npm test` says where an S3
// store is and installs Miniflare; without them (`npx playwright test` alone) there are only the journeys on local storage.
const storages = [
  "local",
  ...(process.env.S3_TEST_ENDPOINT ? ["s3"] : []),
  ...(hasMiniflare() ? ["r2"] : []),
];
/** What pages look like and who signs in how depends on no store; on the second one there are the journeys of bytes alone. */
const R2_JOURNEYS = /(bytes\.s3|documents|profile)\.spec\.ts$/;
const WITHOUT_BYTES = /(accessibility|keyboard|signing-in)\.spec\.ts$/;
// Workers read this file again: what was chosen first holds for all of them.
process.env.E2E_PORTS ??= (await Promise.all(storages.map(freePort))).join(",");
process.env.CHROMIUM ??= findChromium() ?? "";
const ports = process.env.E2E_PORTS.split(",").map(Number);

export default defineConfig({
  testDir: "e2e",
  outputDir: "test-results",
  // Each test has people of its own; the longest file would keep one worker to itself while the other has nothing left.
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "en-GB",
    // Recording every journey takes longer than the journeys; `--trace on` records the one that is looked into.
    trace: "off",
    screenshot: "only-on-failure",
    launchOptions: { executablePath: process.env.CHROMIUM || undefined, args: chromiumFlags() },
  },
  projects: storages.map((name, index) => ({
    name,
    use: { baseURL: `http://localhost:${ports[index]}` },
    metadata: { dataDir: dataDir(name) },
    // Some things are true of a store only; what pages look like depends on none.
    testIgnore: name === "local" ? /\.s3\.spec\.ts$/ : WITHOUT_BYTES,
    ...(name === "r2" ? { testMatch: R2_JOURNEYS } : {}),
  })),
  webServer: storages.map((name, index) => ({
    command: `node --import tsx tests/support/e2e-server.ts ${name}`,
    url: `http://localhost:${ports[index]}/api/health`,
    env: { PORT: String(ports[index]), DATA_DIR: dataDir(name), NODE_ENV: "production" },
    timeout: 240_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: "SIGTERM", timeout: 20_000 },
    stdout: "ignore",
    stderr: "pipe",
  })),
});

/** Specs that need `npm run person` find the database of their project here: `testInfo.project.metadata.dataDir`. */
function dataDir(storage: string): string {
  return fileURLToPath(new URL(`.data/e2e-${storage}`, import.meta.url));
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address ? done(address.port) : fail(new Error("no port")),
      );
    });
  });
}
