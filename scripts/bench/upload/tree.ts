import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildState } from "../../build";
import { NEXT } from "../../peers/hello";
import { run } from "../../run";
import { root } from "../../surroundings";

const PARTS = [
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

/** The site's fields and two for files of 4 GiB: `archive` in parts of 32 MiB as any other, `crate` in one piece. */
const FIELDS = `import { fields as site } from "./site-fields";
import { declareFields } from "./registry";
import { withLargeFields } from "./testing/large-fields";

const { fields: large } = withLargeFields({ fields: site });
const archive = large.get("archive");
export const fields = declareFields([
  ...large.values(),
  { ...archive, name: "crate", label: "Crates", partSize: archive.maxSize },
]);
`;

const CONFIG = `import config from "../../next.config.js";

export default { ...config, turbopack: { ...config.turbopack, root: ${JSON.stringify(root)} } };
`;

/**
 * A build of a copy of the sources that differs in one module, the declaration of fields: the product knows no field for files of a gigabyte, and no
 * way to be given one. Built once for the same sources. Returns its folder, to start servers in.
 */
export async function buildWithLargeFields(): Promise<string> {
  const folder = join(root, ".bench", "upload");
  const stamp = join(folder, "built-of");
  const state = `${buildState()}\n${FIELDS}${CONFIG}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return folder;
  rmSync(folder, { recursive: true, force: true });
  // With this the folder is no part of ours to tools that leave out what git ignores, as Tailwind does.
  mkdirSync(join(folder, ".git"), { recursive: true });
  for (const part of PARTS.filter((name) => existsSync(join(root, name))))
    cpSync(join(root, part), join(folder, part), { recursive: true });
  const fields = join(folder, "lib", "fields");
  renameSync(join(fields, "fields.ts"), join(fields, "site-fields.ts"));
  writeFileSync(join(fields, "fields.ts"), FIELDS);
  writeFileSync(join(folder, "next.config.js"), CONFIG);
  await run("next build", process.execPath, [NEXT, "build", folder], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
  writeFileSync(stamp, state);
  return folder;
}
