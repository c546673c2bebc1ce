import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../lib/clock";
import { parseStaticPublishEnv } from "../lib/config/static-publish-env";
import { collectStaticFiles } from "../lib/operations/static/collect-files";
import { createFolderTarget } from "../lib/operations/static/folder-target";
import { isPublished } from "../lib/operations/static/load-published";
import { publishFiles } from "../lib/operations/static/publish";
import { requireStaticFiles } from "./static-references";
import { runCommand } from "./run-command";
import { root } from "./environment";

const buildStamp = join(root, ".next", "dossier-build");
/** Where the front serves static files from, those of earlier builds as well while they are kept. */
export const publishedFolder = join(root, ".static");
const sourcePaths = [
  "app",
  "lib",
  "public",
  "prisma/schema.prisma",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
const optionalSourcePaths = [
  "next.config.js",
  "postcss.config.mjs",
  "proxy.ts",
  "instrumentation.ts",
  "instrumentation-client.ts",
];

/** Builds the application and publishes it for the front, unless the last build was made of the same sources and settings and is there whole. */
export async function buildAndPublish(): Promise<"built" | "up to date"> {
  const made = await buildIfChanged();
  // A folder that has lost something is mended here: it would keep the application from starting.
  if (!made && (await isPublished(createFolderTarget(publishedFolder), readBuildId()))) return "up to date";
  await publishFiles(collectStaticFiles(root), createFolderTarget(publishedFolder), {
    clock: systemClock,
    build: readBuildId(),
    keepSeconds: parseStaticPublishEnv(process.env).STATIC_KEEP,
  });
  return "built";
}

/** Builds where sources or settings have changed, publishes nothing, and says whether it had to. */
export async function buildIfChanged(): Promise<boolean> {
  const state = hashBuildInputs();
  if (existsSync(buildStamp) && readFileSync(buildStamp, "utf8") === state) return false;
  await runNextBuild();
  writeFileSync(buildStamp, state);
  return true;
}

/** The build alone, with nothing published. Throws where the code names a static file that is not there. */
export async function runNextBuild(): Promise<void> {
  requireStaticFiles(root);
  await runCommand("next build", process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
}

/** What Next calls the build of this folder. */
export function readBuildId(): string {
  return readFileSync(join(root, ".next/BUILD_ID"), "utf8").trim();
}

/** A digest of everything a build depends on: source files without their tests, and the variables that next.config.js reads. */
export function hashBuildInputs(): string {
  const hash = createHash("sha256");
  for (const path of [...sourcePaths, ...optionalSourcePaths].filter((path) => existsSync(join(root, path)))) {
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
