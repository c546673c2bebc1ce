import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";

// Plain JavaScript, because scripts/bootstrap.mjs imports it.

const root = fileURLToPath(new URL("..", import.meta.url));

/** The folder of the compiled program, relative to the root. */
export const DECODER_FOLDER = ".decoder";

/**
 * Compiles the program of the decoder processes (lib/inspect/decoder-program.ts), if its sources
 * have changed. It is compiled here because neither Next nor a bundle knows a second program.
 */
export function compileDecoder() {
  const stamp = join(root, DECODER_FOLDER, "sources");
  const hash = hashSources();
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return;
  buildSync({
    absWorkingDir: root,
    entryPoints: { program: "lib/inspect/decoder-program.ts", watchdog: "lib/inspect/watchdog.ts" },
    outdir: DECODER_FOLDER,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    external: ["sharp", "@hyzyla/pdfium"],
    platform: "node",
    format: "esm",
    target: "node22.12",
    logLevel: "warning",
  });
  writeFileSync(stamp, hash);
}

/** Hashes what the program imports of ours. */
function hashSources() {
  const hash = createHash("sha256").update(readFileSync(fileURLToPath(import.meta.url)));
  for (const folder of ["lib", "lib/fields", "lib/inspect"])
    for (const name of readdirSync(join(root, folder)).sort())
      if (/(?<!\.test)\.ts$/.test(name)) hash.update(readFileSync(join(root, folder, name)));
  return hash.digest("hex");
}
