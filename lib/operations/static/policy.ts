import { lookup } from "mrmime";

/** How a static file is served, by whatever serves it: the front, a bucket, nginx. */
export type StaticPolicy = {
  /** Its address holds a digest of its bytes: under this address there will never be others. */
  isFingerprinted: boolean;
  cacheControl: string;
  contentType: string;
  /** Text: worth keeping in Brotli and gzip as well, where that is smaller. */
  isCompressible: boolean;
};

/**
 * Where the build puts what it has named by its digest. Files of `public/` get such an address by being imported, and only so:
 * docs/decisions/0050-static-files.md
 */
export const BUILD_PATH_PREFIX = "/_next/static/";

const SECONDS_PER_YEAR = 31_536_000;
const LONG_CACHE = `public, max-age=${SECONDS_PER_YEAR}, immutable`;
/** Long enough for the requests of one visit; after it a browser asks again, which costs a 304. */
const SHORT_CACHE = "public, max-age=60, must-revalidate";

const TEXT_TYPES =
  /^(text\/|application\/(javascript|json|manifest\+json|xml|wasm)|image\/(svg\+xml|x-icon|vnd\.microsoft\.icon)|font\/(ttf|otf))/;
const UNKNOWN_TYPE = "application/octet-stream";
/** What the list of types does not have: it would be sent as something unknown, and `nosniff` keeps browsers from looking. */
const EXTRA_TYPES = new Map([["ico", "image/x-icon"]]);

/**
 * The policy of a static file by its address on the site, such as `/_next/static/chunks/1f2e.js` or `/favicon.ico`: the one place that knows. Pure.
 * Next names the files of a build by their content, but for the few that it puts below the build's own id, which is as good.
 */
export function staticPolicyOf(address: string): StaticPolicy {
  const fingerprinted = address.startsWith(BUILD_PATH_PREFIX);
  const type = lookup(address) ?? EXTRA_TYPES.get(address.slice(address.lastIndexOf(".") + 1)) ?? UNKNOWN_TYPE;
  return {
    isFingerprinted: fingerprinted,
    cacheControl: fingerprinted ? LONG_CACHE : SHORT_CACHE,
    contentType: /^text\/|\/(javascript|json|manifest\+json|xml)$/.test(type)
      ? `${type}; charset=utf-8`
      : type,
    isCompressible: TEXT_TYPES.test(type),
  };
}

/**
 * An address as it stands in a request: `/my form.pdf` is asked for as `/my%20form.pdf`. As browsers write it, which leave alone what need not be
 * written otherwise; keys and addresses of ours are never encoded.
 */
export function urlPathOf(address: string): string {
  // What would end the path, or be a path of another kind, has to be written otherwise before a browser's rules apply.
  return new URL(`http://site${address.replace(/[%?#\\]/g, encodeURIComponent)}`).pathname;
}
