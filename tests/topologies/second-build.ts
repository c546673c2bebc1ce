import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { collectStaticFiles } from "../../lib/operations/static/collect-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { type PublishResult, publishFiles } from "../../lib/operations/static/publish";
import type { StaticTarget } from "../../lib/operations/static/target";
import { hashBuildInputs } from "../../server/build";
import { root } from "../../server/root";
import { runCommand } from "../../server/run-command";
import { copyServer, copySources } from "../support/copy-sources";
import { findFreePort, isPortFree } from "../support/free-port";

/** A build of the application, and its folder. */
export type Build = { folder: string; id: string };

const KEEP_SECONDS = 7 * 24 * 3600;

/**
 * Builds the application for another host of static files, in its own folder. Uses the last build
 * if the sources are the same and its port is free.
 */
export async function buildForAssetHost(host: string): Promise<Build & { assets: string; port: number }> {
  const folder = join(root, ".vitest", "other-build");
  const [stamp, portFile] = [join(folder, "built-of"), join(folder, "port")];
  const lastPort = existsSync(portFile) ? Number(readFileSync(portFile, "utf8")) : 0;
  const port = lastPort && (await isPortFree(lastPort)) ? lastPort : await findFreePort();
  const assets = `http://${host}:${port}`;
  const inputs = `${hashBuildInputs()} ${assets}`;
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== inputs) {
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
    writeFileSync(portFile, String(port));
    writeFileSync(stamp, inputs);
  }
  copyServer(folder);
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

/** Opens the folder that the HTTP server of a build serves its static files from. */
export function publishedTargetOf({ folder }: Build): StaticTarget {
  return createFolderTarget(join(folder, ".static"));
}
