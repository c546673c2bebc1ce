import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../lib/clock";
import { parsePublishing } from "../lib/env/publishing";
import { collectStatic } from "../lib/static/collect";
import { folderTarget } from "../lib/static/folder";
import { isPublished } from "../lib/static/load";
import { publish } from "../lib/static/publish";
import { expectStatic } from "./checks/static-names";
import { run } from "./run";
import { root } from "./surroundings";

const stamp = join(root, ".next", "dossier-build");
/** Where the front serves static files from, those of earlier builds as well while they are kept. */
export const published = join(root, ".static");
const sources = [
  "app",
  "lib",
  "public",
  "prisma/schema.prisma",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
const optional = [
  "next.config.js",
  "postcss.config.mjs",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
];

/** Builds the application and publishes it for the front, unless the last build was made of the same sources and settings and is there whole. */
export async function build(): Promise<"built" | "up to date"> {
  const made = await buildSources();
  // A folder that has lost something is mended here: it would keep the application from starting.
  if (!made && (await isPublished(folderTarget(published), buildId()))) return "up to date";
  await publish(collectStatic(root), folderTarget(published), {
    clock: systemClock,
    build: buildId(),
    keep: parsePublishing(process.env).STATIC_KEEP,
  });
  return "built";
}

/** Builds where sources or settings have changed, publishes nothing, and says whether it had to. */
export async function buildSources(): Promise<boolean> {
  const state = buildState();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return false;
  await nextBuild();
  writeFileSync(stamp, state);
  return true;
}

/** The build alone, with nothing published. Throws where the code names a static file that is not there. */
export async function nextBuild(): Promise<void> {
  expectStatic(root);
  await run("next build", process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
}

/** What Next calls the build of this folder. */
export function buildId(): string {
  return readFileSync(join(root, ".next/BUILD_ID"), "utf8").trim();
}

/** A digest of everything a build depends on: source files without their tests, and the variables that next.config.js reads. */
export function buildState(): string {
  const hash = createHash("sha256");
  for (const path of [...sources, ...optional].filter((path) => existsSync(join(root, path)))) {
    for (const file of filesBelow(path)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  const config = readFileSync(join(root, "next.config.js"), "utf8");
  const read = [...config.matchAll(/process\.env\.([A-Z0-9_]+)/g)].map((match) => match[1] ?? "");
  const inlined = Object.keys(process.env).filter((name) => name.startsWith("NEXT_PUBLIC_"));
  for (const name of [...read, ...inlined].sort()) hash.update(`${name}=${process.env[name] ?? ""}\0`);
  return hash.digest("hex");
}

function filesBelow(path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  entries.sort((one, other) => (one.name < other.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const inner = `${path}/${entry.name}`;
    if (entry.isDirectory()) return ["generated", "testing"].includes(entry.name) ? [] : filesBelow(inner);
    return /\.test\.tsx?$/.test(entry.name) ? [] : [inner];
  });
}
