import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";

const DOWNLOAD_TIMEOUT_MS = 300_000;
const INSTALL_TIMEOUT_MS = 600_000;

/**
 * The path of a Chromium that runs: the system's, Playwright's own, Debian's by apt where we are root, or Playwright's
 * download. `undefined` where there is none to be had.
 */
export function findChromium(): string | undefined {
  const given = process.env.CHROMIUM;
  if (given) return given;
  return (
    findInstalled() ?? (installDebianPackage() || downloadWithPlaywright() ? findInstalled() : undefined)
  );
}

/** Flags without which Chromium does not run as root, or calls home in the middle of a test. */
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
  const places = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    chromium.executablePath(),
  ];
  return places.find(
    (place) => existsSync(place) && spawnSync(place, ["--version"], { stdio: "ignore" }).status === 0,
  );
}

function installDebianPackage(): boolean {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return false;
  console.log("Installing Debian's chromium for the tests in a browser.");
  const apt = (...args: string[]) =>
    spawnSync("apt-get", args, {
      stdio: "ignore",
      timeout: INSTALL_TIMEOUT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  const install = ["install", "--yes", "--no-install-recommends", "chromium", "fonts-dejavu-core"];
  return apt(...install) || (apt("update") && apt(...install));
}

function downloadWithPlaywright(): boolean {
  console.log("Downloading Playwright's Chromium for the tests in a browser.");
  const args = ["node_modules/@playwright/test/cli.js", "install", "chromium"];
  return spawnSync(process.execPath, args, { stdio: "ignore", timeout: DOWNLOAD_TIMEOUT_MS }).status === 0;
}
