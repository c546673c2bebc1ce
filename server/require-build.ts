import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "./root";

const builtSchema = z.object({ config: z.looseObject({ assetPrefix: z.string().default("") }) });

/**
 * Next's settings as they were at the build. Throws in words where there is no build to serve, or one whose pages name another host for
 * static files than the environment does.
 */
export function readBuildConfig(assetPrefix: string | undefined, folder = root): Record<string, unknown> {
  const file = join(folder, ".next/required-server-files.json");
  if (!existsSync(file) || !existsSync(join(folder, ".static")))
    throw new Error(
      `${folder} holds no build, and none is made here: \`npm run bundle\` lays out a folder that does.`,
    );
  const { config } = builtSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  const wanted = (assetPrefix ?? "").replace(/\/+$/, "");
  if (config.assetPrefix === wanted) return config;
  throw new Error(
    `ASSET_PREFIX: is ${wanted || "not set"}, and the pages of this build name ${config.assetPrefix || "the application itself"}. It belongs to the build: build anew, or set it so.`,
  );
}
