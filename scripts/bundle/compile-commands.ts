import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build, type Plugin } from "esbuild";
import { root } from "../../server/root";

/** A bundle has no embedded database and no demo, so it needs neither their code nor packages. */
const EXCLUDED_MODULES = /(^|\/)(postgres\/server|demo\/seed-demo)$/;

const excludeModules: Plugin = {
  name: "exclude-modules",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: EXCLUDED_MODULES }, ({ path }) => ({ path, namespace: "excluded" }));
    onLoad({ filter: /.*/, namespace: "excluded" }, ({ path }) => ({
      contents: `throw new Error(${JSON.stringify(`A bundle does not contain ${path}.`)})`,
    }));
  },
};

/** Compiles the commands of a bundle to JavaScript, without packages, and returns the files. */
export async function compileCommands(): Promise<{ folder: string; files: string[] }> {
  // In the root, so that the tracer finds the packages that they import.
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
