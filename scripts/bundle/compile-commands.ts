import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "../../server/root";

/** What a clone does by itself and a bundle never does: an embedded database, the demo. Their code and packages stay out. */
const EXCLUDED_MODULES = /(^|\/)(postgres\/server|prisma\/seed)$/;

const excludeModules: Plugin = {
  name: "leave out",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: EXCLUDED_MODULES }, ({ path }) => ({ path, namespace: "left-out" }));
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`${path} is no part of a bundle.`)})`,
    }));
  },
};

/** Compiles the commands of a bundle to plain JavaScript, packages aside, and returns the files: no compiler runs where people are served. */
export async function compileCommands(): Promise<{ folder: string; files: string[] }> {
  // Below the root, so that the tracer finds the packages that they name.
  const folder = join(root, ".next/dossier-programs");
  await rm(folder, { recursive: true, force: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["scripts/bundle/dossier.ts"],
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node22.12",
    define: { BUNDLED: "true" },
    plugins: [excludeModules],
    metafile: true,
    logLevel: "warning",
  });
  return { folder, files: Object.keys(metafile.outputs).map((path) => join(root, path)) };
}
