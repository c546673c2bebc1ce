import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { collectStatic } from "../../lib/static/collect";
import { folderTarget } from "../../lib/static/folder";
import { type Publication, publish } from "../../lib/static/publish";
import type { StaticTarget } from "../../lib/static/target";
import { buildState } from "../build";
import { run } from "../run";
import { root } from "../surroundings";
import { copySite } from "../testing/copy-of-site";
import { freePort, isFree } from "../testing/nginx";

/** A build of this site, and where it lies. */
export type Build = { folder: string; id: string };

const KEEP = 7 * 24 * 3600;

/**
 * The site built once more in a folder of its own, for another host of static files; made once for the same sources, and as long as the port is free that it
 * was built for.
 */
export async function otherBuild(host: string): Promise<Build & { assets: string; port: number }> {
  const folder = join(root, ".vitest", "other-build");
  const [stamp, chosen] = [join(folder, "built-of"), join(folder, "port")];
  const before = existsSync(chosen) ? Number(readFileSync(chosen, "utf8")) : 0;
  const port = before && (await isFree(before)) ? before : await freePort();
  const assets = `http://${host}:${port}`;
  const state = `${buildState()} ${assets}`;
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== state) {
    copySite(folder);
    await run(
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
  return { folder, id: idOf(folder), assets, port };
}

export function idOf(folder: string): string {
  return readFileSync(join(folder, ".next", "BUILD_ID"), "utf8").trim();
}

export function publishBuild({ folder, id }: Build, target: StaticTarget): Promise<Publication> {
  return publish(collectStatic(folder), target, { clock: systemClock, build: id, keep: KEEP });
}

/** Where the front of a folder's application takes its files from. */
export function frontOf({ folder }: Build): StaticTarget {
  return folderTarget(join(folder, ".static"));
}
