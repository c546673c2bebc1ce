import { isIP } from "node:net";

export type BucketLocation = {
  bucket: string;
  region: string;
  /** URL of a store other than AWS, without a slash at the end. */
  endpoint?: string | undefined;
  /** Puts the bucket into the path of the URL instead of the host name. */
  forcePathStyle: boolean;
};

/** Returns the URL of a bucket without a slash at the end, composed as the SDK composes it. */
export function bucketUrl({ bucket, region, endpoint, forcePathStyle }: BucketLocation): string {
  const china = region.startsWith("cn-") ? ".cn" : "";
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com${china}`);
  const path = url.pathname.replace(/\/$/, "");
  // TLS certificates do not match a bucket name with a dot, and an IP address has no subdomains.
  if (forcePathStyle || !/^[a-z0-9-]{3,63}$/.test(bucket) || isIP(url.hostname.replace(/[[\]]/g, "")))
    return `${url.origin}${path}/${bucket}`;
  return `${url.protocol}//${bucket}.${url.host}${path}`;
}
