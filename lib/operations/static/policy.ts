import { lookup } from "mrmime";

/** How every server sends a static file: the HTTP server, a bucket, nginx. */
export type StaticPolicy = {
  /** Its URL path contains a digest of its bytes, so the bytes never change. */
  isFingerprinted: boolean;
  cacheControl: string;
  contentType: string;
  /** Text: also published in Brotli and gzip if that is smaller. */
  isCompressible: boolean;
};

/**
 * Where the build puts files that it names by digest. A file gets such a path only by an import:
 * docs/decisions/0050-static-files.md
 */
export const BUILD_PATH_PREFIX = "/_next/static/";

const SECONDS_PER_YEAR = 31_536_000;
const LONG_CACHE = `public, max-age=${SECONDS_PER_YEAR}, immutable`;
/** Long enough for one visit. After that a browser revalidates, which costs a 304. */
const SHORT_CACHE = "public, max-age=60, must-revalidate";

const TEXT_TYPES =
  /^(text\/|application\/(javascript|json|manifest\+json|xml|wasm)|image\/(svg\+xml|x-icon|vnd\.microsoft\.icon)|font\/(ttf|otf))/;
const UNKNOWN_TYPE = "application/octet-stream";
/** Types that `mrmime` lacks. With `nosniff` a browser ignores a file of an unknown type. */
const EXTRA_TYPES = new Map([["ico", "image/x-icon"]]);

/**
 * Returns the policy of a static file by its URL path, such as `/_next/static/chunks/1f2e.js`. Next
 * names the files of a build by their content, and a few by the id of the build, which is as good.
 */
export function staticPolicyOf(address: string): StaticPolicy {
  const isFingerprinted = address.startsWith(BUILD_PATH_PREFIX);
  const type =
    lookup(address) ?? EXTRA_TYPES.get(address.slice(address.lastIndexOf(".") + 1)) ?? UNKNOWN_TYPE;
  return {
    isFingerprinted,
    cacheControl: isFingerprinted ? LONG_CACHE : SHORT_CACHE,
    contentType: /^text\/|\/(javascript|json|manifest\+json|xml)$/.test(type)
      ? `${type}; charset=utf-8`
      : type,
    isCompressible: TEXT_TYPES.test(type),
  };
}

/**
 * Encodes a URL path as browsers do: `/my form.pdf` becomes `/my%20form.pdf`.
 * Keys and paths of a manifest are not encoded.
 */
export function urlPathOf(address: string): string {
  // These characters would end or change the path, so they are encoded first.
  return new URL(`http://site${address.replace(/[%?#\\]/g, encodeURIComponent)}`).pathname;
}
