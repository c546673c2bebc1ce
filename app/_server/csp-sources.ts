import type { Env } from "@/lib/config/env";
import { bucketUrl } from "@/lib/storage/s3/bucket-url";

type CspSettings = Pick<
  Env,
  | "STORAGE"
  | "STORAGE_PUBLIC_BUCKET"
  | "STORAGE_PRIVATE_BUCKET"
  | "S3_REGION"
  | "S3_ENDPOINT"
  | "S3_BROWSER_ENDPOINT"
  | "S3_FORCE_PATH_STYLE"
  | "MEDIA_URL"
  | "ASSET_PREFIX"
>;

export type CspSources = {
  images: string[];
  uploads: string[];
  /** The build's own files. */
  assets: string[];
};

/**
 * Where a browser goes for bytes besides this site, for the content security policy: to the buckets themselves and not
 * to the store around them, with a slash at the end, so that a neighbour's bucket on the same host stays closed.
 */
export function cspSourcesOf(env: CspSettings): CspSources {
  const assets = env.ASSET_PREFIX ? [`${env.ASSET_PREFIX}/_next/static/`] : [];
  const media = env.MEDIA_URL ? [`${env.MEDIA_URL}/`] : [];
  if (env.STORAGE === "local") return { images: media, uploads: [], assets };
  const [open, closed] = [env.STORAGE_PUBLIC_BUCKET, env.STORAGE_PRIVATE_BUCKET].map((bucket) => {
    const endpoint = env.S3_BROWSER_ENDPOINT ?? env.S3_ENDPOINT;
    const place = { region: env.S3_REGION, endpoint, forcePathStyle: env.S3_FORCE_PATH_STYLE };
    return bucket ? [`${bucketUrl({ ...place, bucket })}/`] : [];
  });
  return {
    images: [...(media.length > 0 ? media : (open ?? [])), ...(closed ?? [])],
    // A picture's ticket leads to the private bucket as well: nothing a user sends goes to the public one.
    uploads: closed ?? [],
    assets,
  };
}
