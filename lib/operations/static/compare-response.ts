import { sha256Of } from "./collect-files";
import type { ContentCoding } from "./encode";
import type { ManifestEntry } from "./manifest";
import { type StaticPolicy, staticPolicyOf } from "./policy";

/** The response to a request that accepts one content coding. */
export type StaticResponse = {
  requestedCoding: ContentCoding;
  status: number;
  headers: Headers;
  /** Uncompressed; null if they cannot be, or are too many. */
  bytes: Buffer | null;
};

export type ServedOrigins = {
  /** The origin that serves the files, without a final slash. */
  fileOrigin: string;
  /** The origin of the pages that load them. */
  pageOrigin: string;
  /** The origin to send requests to, instead of `fileOrigin`. */
  at?: string | undefined;
};

/**
 * Returns how a response deviates from the build and the policy, as a sentence; null if it does
 * not.
 */
export function findDeviation(
  response: StaticResponse,
  address: string,
  entry: ManifestEntry,
  origins: ServedOrigins,
): string | null {
  const { status, headers, bytes } = response;
  if (status !== 200) return `The response has the status ${status}.`;
  if (bytes?.length !== entry.size || sha256Of(bytes) !== entry.sha256)
    return "The file has other bytes than the build.";
  const policy = staticPolicyOf(address);
  const type = headers.get("content-type") ?? "none";
  if (type.split(";")[0] !== policy.contentType.split(";")[0])
    return `The Content-Type is ${type} instead of ${policy.contentType}.`;
  if (headers.has("set-cookie")) return "The response sets a cookie.";
  return (
    checkCaching(headers, policy) ?? checkContentEncoding(response, entry) ?? checkCors(headers, origins)
  );
}

/**
 * Requires at least the policy's lifetime for a fingerprinted name, and at most that for another.
 */
function checkCaching(headers: Headers, { cacheControl, isFingerprinted }: StaticPolicy): string | null {
  const header = headers.get("cache-control") ?? "";
  const directives = parseDirectives(header);
  const names = directives.map(([name]) => name);
  const secondsOf = (list: typeof directives, name: string) =>
    list.filter((directive) => directive[0] === name).map(([, value]) => Number(value));
  const [policyAge = 0] = secondsOf(parseDirectives(cacheControl), "max-age");
  const ages = secondsOf(directives, "max-age");
  const actual = `Cache-Control is ${header || "none"}.`;
  if (["private", "no-store"].some((name) => names.includes(name)))
    return `Shared caches may not store the file: ${actual}`;
  if (isFingerprinted) {
    const isImmutable = names.includes("immutable") && !names.includes("no-cache") && ages.length > 0;
    return isImmutable && ages.every((age) => age >= policyAge)
      ? null
      : `Browsers may not cache the file as immutable: ${actual}`;
  }
  if (names.includes("immutable"))
    return "The file is cached as immutable, but its name may get other bytes.";
  const isShort = [...ages, ...secondsOf(directives, "s-maxage")].every((age) => age <= policyAge);
  return isShort && (ages.length > 0 || names.includes("no-cache"))
    ? null
    : `The file may be cached for longer than ${policyAge} seconds, but its name may get other bytes: ${actual}`;
}

/** Several headers of the same name arrive joined, with the same meaning. */
function parseDirectives(header: string): [name: string, value: string][] {
  return header.split(",").map((directive) => {
    const [name = "", value = ""] = directive.split("=");
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', "")];
  });
}

/** A CDN may compress files by itself, but only in a coding that the client accepts. */
function checkContentEncoding(
  { requestedCoding, headers }: StaticResponse,
  { encodings }: ManifestEntry,
): string | null {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity" && encoding !== requestedCoding)
    return `The server sends ${encoding} to a client that accepts only ${requestedCoding}.`;
  if (encodings.some((each) => each === requestedCoding) && encoding === "identity")
    return `The server sends the file uncompressed to a client that accepts ${requestedCoding}.`;
  if (encodings.length > 0 && !/accept-encoding|\*/i.test(headers.get("vary") ?? ""))
    return "The response lacks Vary: Accept-Encoding.";
  return null;
}

function checkCors(headers: Headers, { fileOrigin, pageOrigin }: ServedOrigins): string | null {
  const allowed = headers.get("access-control-allow-origin");
  if (fileOrigin === pageOrigin || allowed === "*" || allowed === pageOrigin) return null;
  return `Pages of ${pageOrigin} may not read the file: Access-Control-Allow-Origin is ${allowed ?? "none"}.`;
}
