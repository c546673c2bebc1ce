import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/root";

const APP_FILES = {
  "package.json": JSON.stringify({ private: true, type: "module" }),
  "next.config.js": `export default { turbopack: { root: ${JSON.stringify(root)} } };`,
  // Without this file Next would find that of the project above.
  "instrumentation.js": "export const register = () => undefined;",
  "app/layout.js": "export default ({ children }) => <html lang='en'><body>{children}</body></html>;",
  "app/page.js": "export const dynamic = 'force-dynamic';\nexport default () => <h1>Hello</h1>;",
  "app/api/hello/route.js":
    "export const dynamic = 'force-dynamic';\nexport const GET = () => Response.json({ hello: 'world' });\nexport const POST = GET;",
  // Relative paths: Turbopack resolves no absolute one.
  "app/api/keyset/route.js":
    "export const dynamic = 'force-dynamic';\nexport { GET } from '../../../../../bench/peers/keyset-route';",
  "app/api/better-upload/route.js":
    "export const dynamic = 'force-dynamic';\nexport { POST } from '../../../../../bench/peers/better-upload-route';",
};

/**
 * Builds a minimal Next application, the baseline of the benchmarks, with the handlers of their
 * peers. Returns its folder.
 */
export function buildBaselineApp(): string {
  const folder = join(root, ".bench", "hello");
  rmSync(folder, { recursive: true, force: true });
  for (const [name, text] of Object.entries(APP_FILES)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const result = spawnSync(process.execPath, [NEXT_CLI, "build", folder], {
    encoding: "utf8",
    env: { ...process.env, NODE_ENV: "production" },
  });
  if (result.status !== 0)
    throw new Error(`The baseline application does not build:\n${result.stdout}${result.stderr}`);
  return folder;
}

export const NEXT_CLI = join(root, "node_modules", "next", "dist", "bin", "next");
