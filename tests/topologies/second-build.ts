import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { collectStaticFiles } from "../../lib/operations/static/collect-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { type PublishResult, publishFiles } from "../../lib/operations/static/publish";
import type { StaticTarget } from "../../lib/operations/static/target";
import { hashBuildInputs } from "../../server/build";
import { root } from "../../server/root";
import { runCommand } from "../../server/run-command";
import { copySources } from "../support/copy-sources";
import { findFreePort, isPortFree } from "../support/nginx";

/** A build of this site, and where it lies. */
export type Build = { folder: string; id: string };

const KEEP_SECONDS = 7 * 24 * 3600;

/**
 * The site built once more in a folder of its own, for another host of static files; made once for the same sources, and as long as the port is free that it
 * was built for.
 */
export async function buildForAssetHost(host: string): Promise<Build & { assets: string; port: number }> {
  const folder = join(root, ".vitest", "other-build");
  const [stamp, chosen] = [join(folder, "built-of"), join(folder, "port")];
  const before = existsSync(chosen) ? Number(readFileSync(chosen, "utf8")) : 0;
  const port = before && (await isPortFree(before)) ? before : await findFreePort();
  const assets = `http://${host}:${port}`;
  const state = `${hashBuildInputs()} ${assets}`;
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== state) {
    copySources(folder);
    await runCommand(
      "next build",
      process.execPath,
      [join(root, "node_modules/next/dist/bin/next"), "build", folder],
      {
        NODE_ENV: "production",
        NEXT_TELEMETRY_DISABLED: "1",
        ASSET_PREFIX: assets,
      },
    );
    writeFileSync(chosen, String(port));
    writeFileSync(stamp, state);
  }
  // What serves it is no part of the build.
  cpSync(join(root, "scripts"), join(folder, "scripts"), { recursive: true });
  return { folder, id: buildIdOf(folder), assets, port };
}

export function buildIdOf(folder: string): string {
  return readFileSync(join(folder, ".next", "BUILD_ID"), "utf8").trim();
}

export function publishBuild({ folder, id }: Build, target: StaticTarget): Promise<PublishResult> {
  return publishFiles(collectStaticFiles(folder), target, {
    clock: systemClock,
    build: id,
    keepSeconds: KEEP_SECONDS,
  });
}

/** Where the front of a folder's application takes its files from. */
export function publishedTargetOf({ folder }: Build): StaticTarget {
  return createFolderTarget(join(folder, ".static"));
}
