import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const DOWNLOAD_TIMEOUT_MS = 300_000;
const INSTALL_TIMEOUT_MS = 600_000;

/** Chromium without a window. It renders as the full browser does and starts fewer processes. */
const HEADLESS_SHELL = "/usr/bin/chromium-headless-shell";

/**
 * Returns the path of a Chromium that runs, or `undefined`. Looks for the headless shell, which
 * Debian has and root can install, then for another Chromium, and last downloads Playwright's.
 */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM;
  if (given) return given;
  if (runs(HEADLESS_SHELL) || installDebianPackage()) return HEADLESS_SHELL;
  return findInstalled() ?? (downloadWithPlaywright() ? findInstalled() : undefined);
}

/** Returns flags to run as root and to send no background requests during a test. */
export function chromiumFlags(): string[] {
  return [
    ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
  ];
}

function findInstalled(): string | undefined {
  const paths = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    chromium.executablePath(),
  ];
  return paths.find(runs);
}

function runs(path: string): boolean {
  return existsSync(path) && spawnSync(path, ["--version"], { stdio: "ignore" }).status === 0;
}

function installDebianPackage(): boolean {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  console.log("Installing Debian's chromium-headless-shell for the browser tests.");
  const apt = (...args: string[]) =>
    spawnSync("apt-get", args, {
      stdio: "ignore",
      timeout: INSTALL_TIMEOUT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  const install = [
    "install",
    "--yes",
    "--no-install-recommends",
    "chromium-headless-shell",
    "fonts-dejavu-core",
  ];
  return (apt(...install) || (apt("update") && apt(...install))) && runs(HEADLESS_SHELL);
}

function downloadWithPlaywright(): boolean {
  console.log("Downloading Playwright's Chromium for the browser tests.");
  const args = ["node_modules/@playwright/test/cli.js", "install", "chromium"];
  return spawnSync(process.execPath, args, { stdio: "ignore", timeout: DOWNLOAD_TIMEOUT_MS }).status === 0;
}
