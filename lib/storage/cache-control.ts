import type { StorageClass } from "./storage";

/**
 * How long caches may keep an object of a class. A public address dies within a minute wherever nobody tells the caches; where a CDN is told (`purged`) it
 * may keep what it has for a year, and only browsers ask again.
 */
export function cacheControlFor(name: StorageClass, purged: boolean): string {
  if (name === "private") return "private, no-store";
  return purged ? "public, max-age=60, s-maxage=31536000" : "public, max-age=60";
}
