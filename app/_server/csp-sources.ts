import type { z } from "zod";
import type { Env } from "@/lib/config/env";
import type { VariablesOfAll } from "@/lib/storage/driver";
import { DRIVERS } from "@/lib/storage/drivers";

type CspSettings = Pick<Env, "STORAGE" | "MEDIA_URL" | "ASSET_PREFIX"> &
  z.infer<z.ZodObject<VariablesOfAll<typeof DRIVERS>>>;

export type CspSources = {
  images: string[];
  uploads: string[];
  /** Scripts and styles of the build. */
  assets: string[];
};

/**
 * Returns the URLs other than the application's own that pages may load from or upload to. All end
 * in a slash, so that the content security policy permits a folder or bucket and not its host.
 */
export function cspSourcesOf(env: CspSettings): CspSources {
  const sources = DRIVERS[env.STORAGE].cspSources(env);
  return {
    images: [...(env.MEDIA_URL ? [`${env.MEDIA_URL}/`] : sources.public), ...sources.private],
    // All uploads go to the private class first, pictures included.
    uploads: sources.private,
    assets: env.ASSET_PREFIX ? [`${env.ASSET_PREFIX}/_next/static/`] : [],
  };
}
