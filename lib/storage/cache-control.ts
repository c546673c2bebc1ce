import type { StorageClass } from "./storage";

/**
 * Returns the Cache-Control header for a storage class. A deleted public object disappears from
 * caches within a minute. A CDN with a purge hook may cache for a year; browsers still ask again.
 */
export function cacheControlFor(storageClass: StorageClass, hasCdnPurge: boolean): string {
  if (storageClass === "private") return "private, no-store";
  return hasCdnPurge ? "public, max-age=60, s-maxage=31536000" : "public, max-age=60";
}
