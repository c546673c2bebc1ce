import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/root";

const SOURCE_PATHS = [
  "app",
  "lib",
  "public",
  "prisma",
  "scripts",
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

/** A copy of the sources two folders below this one, for a build of its own with `next build <folder>`. What was there is gone. */
export function copySources(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  // With this the folder is no part of ours to tools that leave out what git ignores, as Tailwind does.
  mkdirSync(join(folder, ".git"), { recursive: true });
  for (const part of SOURCE_PATHS.filter((name) => existsSync(join(root, name))))
    cpSync(join(root, part), join(folder, part), { recursive: true });
  writeFileSync(join(folder, "next.config.js"), NEXT_CONFIG_SOURCE);
}
