import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../lib/clock";
import { parseStaticPublishEnv } from "../lib/config/static-publish-env";
import { collectStaticFiles } from "../lib/operations/static/collect-files";
import { createFolderTarget } from "../lib/operations/static/folder-target";
import { isPublished } from "../lib/operations/static/load-published";
import { publishFiles } from "../lib/operations/static/publish";
import { root } from "./root";
import { runCommand } from "./run-command";
import { requireStaticFiles } from "./static-references";

const buildStamp = join(root, ".next", "dossier-build");
/** The static files that the HTTP server serves. Files of earlier builds stay for STATIC_KEEP. */
export const publishedFolder = join(root, ".static");
/** `server` is no part of a build: Next imports nothing from it. */
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

/**
 * Builds the application and publishes its static files for the HTTP server. Does nothing if the
 * last build has the same sources and settings and its published files are complete.
 */
export async function buildAndPublish(): Promise<"built" | "up to date"> {
  const hasBuilt = await buildIfChanged();
  // The application does not start with an incomplete folder, so this publishes the files again.
  if (!hasBuilt && (await isPublished(createFolderTarget(publishedFolder), readBuildId())))
    return "up to date";
  await publishFiles(collectStaticFiles(root), createFolderTarget(publishedFolder), {
    clock: systemClock,
    build: readBuildId(),
    keepSeconds: parseStaticPublishEnv(process.env).STATIC_KEEP,
  });
  return "built";
}

/** Builds if sources or settings have changed, and returns whether it has. Publishes nothing. */
export async function buildIfChanged(): Promise<boolean> {
  const inputHash = hashBuildInputs();
  if (existsSync(buildStamp) && readFileSync(buildStamp, "utf8") === inputHash) return false;
  await runNextBuild();
  writeFileSync(buildStamp, inputHash);
  return true;
}

/** Runs `next build` and publishes nothing. Throws if the code names a missing static file. */
export async function runNextBuild(): Promise<void> {
  requireStaticFiles(root);
  // A bundle contains this module, and no compiler.
  const { compileDecoder } = await import("./compile-decoder.mjs");
  compileDecoder();
  await runCommand("next build", process.execPath, [join(root, "node_modules/next/dist/bin/next"), "build"], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
}

/** Reads Next's id of the build in this folder. */
export function readBuildId(): string {
  return readFileSync(join(root, ".next/BUILD_ID"), "utf8").trim();
}

/** Hashes the inputs of a build: sources without tests, and variables that next.config.js reads. */
export function hashBuildInputs(): string {
  const hash = createHash("sha256");
  for (const path of [...sourcePaths, ...optionalSourcePaths].filter((path) =>
    existsSync(join(root, path)),
  )) {
    for (const file of listFiles(path)) hash.update(`${file}\0`).update(readFileSync(join(root, file)));
  }
  const config = readFileSync(join(root, "next.config.js"), "utf8");
  const configVariables = [...config.matchAll(/process\.env\.([A-Z0-9_]+)/g)].map(([, name = ""]) => name);
  const publicVariables = Object.keys(process.env).filter((name) => name.startsWith("NEXT_PUBLIC_"));
  for (const name of [...configVariables, ...publicVariables].sort())
    hash.update(`${name}=${process.env[name] ?? ""}\0`);
  return hash.digest("hex");
}

function listFiles(path: string): string[] {
  if (statSync(join(root, path)).isFile()) return [path];
  const entries = readdirSync(join(root, path), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap((entry) => {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory()) return ["generated", "testing"].includes(entry.name) ? [] : listFiles(child);
    return /\.test\.tsx?$/.test(entry.name) ? [] : [child];
  });
}
