import { isIP } from "node:net";

export type BucketLocation = {
  bucket: string;
  region: string;
  /** Of a store that is not AWS, without a slash at the end. */
  endpoint?: string | undefined;
  /** The bucket as the first segment of the path instead of a label of the host. */
  forcePathStyle: boolean;
};

/** The address of a bucket, without a slash at the end, put together as the SDK does it. */
export function bucketUrl({ bucket, region, endpoint, forcePathStyle }: BucketLocation): string {
  const china = region.startsWith("cn-") ? ".cn" : "";
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com${china}`);
  const path = url.pathname.replace(/\/$/, "");
  // A dot in the name breaks the certificate, and an IP address takes no further label.
  if (forcePathStyle || !/^[a-z0-9-]{3,63}$/.test(bucket) || isIP(url.hostname.replace(/[[\]]/g, "")))
    return `${url.origin}${path}/${bucket}`;
  return `${url.protocol}//${bucket}.${url.host}${path}`;
}
