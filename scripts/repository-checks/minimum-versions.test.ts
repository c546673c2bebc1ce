import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../server/root";

type Entry = { version?: string; integrity?: string; link?: boolean; optional?: boolean; cpu?: string[] };

const lockfile = readFileSync(join(root, "package-lock.json"), "utf8");
const packages: Record<string, Entry> = JSON.parse(lockfile).packages;

/** Versions that close known vulnerabilities. `npm audit` is not available everywhere. */
const MINIMUM_VERSIONS: [name: string, minimum: string, why: string][] = [
  [
    "next",
    "16.4.5",
    "cache and image optimizer leaks of 2026; CVE-2025-29927 and CVE-2025-55182 long before",
  ],
  ["sharp", "0.35.5", "loaders of libvips that take untrusted input"],
  ["better-auth", "1.7.25", "a race in its rate limiter; CVE-2025-27143 long before"],
  ["pdfjs-dist", "4.2.67", "CVE-2024-4367"],
];

test.each(MINIMUM_VERSIONS)("no %s older than %s is installed: %s", (name, minimum) => {
  const found = Object.entries(packages)
    .filter(([path]) => path.endsWith(`node_modules/${name}`))
    .map(([, { version = "0" }]) => version);
  for (const version of found) expect(isAtLeast(version, minimum), `${name} ${version}`).toBe(true);
  // The project imports all of them except the last, which a dependency may bring.
  if (name !== "pdfjs-dist") expect(found).not.toEqual([]);
});

test("versions compare by number", () => {
  expect(isAtLeast("16.10.0", "16.4.5")).toBe(true);
  expect(isAtLeast("16.4.4", "16.4.5")).toBe(false);
  expect(isAtLeast("16.4.5-canary.1", "16.4.5")).toBe(false);
});

test("every package of the lockfile carries its hash", () => {
  // Binaries for other platforms are not served by every registry, so they may lack a hash.
  const unhashed = Object.entries(packages)
    .filter(([path, { link }]) => path !== "" && !link)
    .filter(([, { integrity }]) => !integrity?.startsWith("sha512-"))
    .filter(([, { optional, cpu }]) => !(optional && cpu));
  expect(Object.keys(packages).length).toBeGreaterThan(100);
  expect(unhashed.map(([path]) => path)).toEqual([]);
});

test("the lockfile names no registry", () => {
  expect(lockfile).not.toMatch(/"resolved"|https?:\/\/[^"]*registry/);
});

function isAtLeast(version: string, minimum: string): boolean {
  const [numbers = "", ...prerelease] = version.split("-");
  const own = numbers.split(".").map(Number);
  for (const [place, least] of minimum.split(".").map(Number).entries()) {
    const difference = (own[place] ?? 0) - least;
    if (difference !== 0) return difference > 0;
  }
  return prerelease.length === 0;
}
