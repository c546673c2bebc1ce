import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/root";

/** The inputs of a build. */
const SOURCE_PATHS = [
  "app",
  "lib",
  "public",
  "prisma",
  "proxy.ts",
  "tsconfig.json",
  "postcss.config.mjs",
  "package.json",
  "instrumentation.ts",
  "instrumentation-client.ts",
];

const NEXT_CONFIG_SOURCE = `import config from "../../next.config.js";

export default { ...config, turbopack: { ...config.turbopack, root: ${JSON.stringify(root)} } };
`;

/**
 * Replaces `folder` with a copy of the sources, for `next build <folder>`. The folder is two levels
 * below the root.
 */
export function copySources(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  // Tailwind skips files that git ignores. With a .git of its own the folder is another repository.
  mkdirSync(join(folder, ".git"), { recursive: true });
  for (const path of SOURCE_PATHS.filter((name) => existsSync(join(root, name))))
    cpSync(join(root, path), join(folder, path), { recursive: true });
  writeFileSync(join(folder, "next.config.js"), NEXT_CONFIG_SOURCE);
}

/** Copies the code that serves a build (serve-app.ts), which is no input of the build. */
export function copyServer(folder: string): void {
  for (const path of ["server", "tests/support/serve-app.ts"])
    cpSync(join(root, path), join(folder, path), { recursive: true });
}
