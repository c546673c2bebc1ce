import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "./root";

const buildSchema = z.object({ config: z.looseObject({ assetPrefix: z.string().default("") }) });

/**
 * Reads Next's settings of the build. Throws a readable error if `folder` contains no build, or if
 * the pages of the build name another host for static files than ASSET_PREFIX.
 */
export function readBuildConfig(assetPrefix: string | undefined, folder = root): Record<string, unknown> {
  const file = join(folder, ".next/required-server-files.json");
  if (!existsSync(file) || !existsSync(join(folder, ".static")))
    throw new Error(
      `${folder} contains no build, and this command does not build. Write a folder with one: npm run bundle`,
    );
  const { config } = buildSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const wanted = (assetPrefix ?? "").replace(/\/+$/, "");
  if (config.assetPrefix === wanted) return config;
  throw new Error(
    `ASSET_PREFIX: is ${wanted || "not set"}, but the pages of this build name ${config.assetPrefix || "the application itself"}. Build again, or set ASSET_PREFIX to the value of the build.`,
  );
}
