import { sha256Of } from "./collect-files";
import type { ContentCoding } from "./encode";
import type { ManifestEntry } from "./manifest";
import { type StaticPolicy, staticPolicyOf } from "./policy";

/** What came for a static file when one form was asked for and no other. */
export type StaticResponse = {
  requestedCoding: ContentCoding;
  status: number;
  headers: Headers;
  /** Unpacked. */
  bytes: Buffer;
};

type ServedOrigins = { fileOrigin: string; pageOrigin: string };

/** What is wrong with an answer, in words that follow the file's address; null where nothing is. Pure. */
export function findDeviation(answer: StaticResponse, address: string, entry: ManifestEntry, places: ServedOrigins): string | null {
  const { status, headers, bytes } = answer;
  if (status !== 200) return `is answered ${status}`;
  if (bytes.length !== entry.size || sha256Of(bytes) !== entry.sha256)
    return "has other bytes than were built";
  const policy = staticPolicyOf(address);
  const type = headers.get("content-type") ?? "none";
  if (type.split(";")[0] !== policy.contentType.split(";")[0])
    return `has the type ${type} instead of ${policy.contentType}`;
  if (headers.has("set-cookie")) return "sets a cookie";
  return checkCaching(headers, policy) ?? checkContentEncoding(answer, entry) ?? checkCors(headers, places);
}

/** How long it is kept: as the policy says at least where its name is a fingerprint, and at most where it is none. */
function checkCaching(headers: Headers, { cacheControl, isFingerprinted: fingerprinted }: StaticPolicy): string | null {
  const said = headers.get("cache-control") ?? "";
  const [found, wanted] = [parseDirectives(said), parseDirectives(cacheControl)];
  const names = found.map(([name]) => name);
  const seconds = (all: typeof found, name: string) =>
    all.filter((each) => each[0] === name).map(([, value]) => Number(value));
  const [age = 0] = seconds(wanted, "max-age");
  const ages = seconds(found, "max-age");
  const is = said || "none";
  if (["private", "no-store"].some((name) => names.includes(name)))
    return `may not be kept by caches: Cache-Control is ${is}`;
  if (fingerprinted) {
    const good = names.includes("immutable") && !names.includes("no-cache") && ages.length > 0;
    return good && ages.every((each) => each >= age)
      ? null
      : `may not be kept for good: Cache-Control is ${is}`;
  }
  if (names.includes("immutable")) return "is kept for good under a name that may change";
  const short = [...ages, ...seconds(found, "s-maxage")].every((each) => each <= age);
  return short && (ages.length > 0 || names.includes("no-cache"))
    ? null
    : `may be kept for longer than ${age} seconds under a name that may change: Cache-Control is ${is}`;
}

/** Of several headers as of one, for they mean the same. */
function parseDirectives(header: string): [name: string, value: string][] {
  return header.split(",").map((each) => {
    const [name = "", value = ""] = each.split("=");
    return [name.trim().toLowerCase(), value.trim().replaceAll('"', "")];
  });
}

/** A CDN may pack by itself, or a file that the build left as it is; never in what the caller has not asked for. */
function checkContentEncoding({ requestedCoding: asked, headers }: StaticResponse, { encodings }: ManifestEntry): string | null {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (encoding !== "identity" && encoding !== asked)
    return `comes in ${encoding} to a caller that takes ${asked === "identity" ? "nothing packed" : `${asked} alone`}`;
  if (encodings.some((each) => each === asked) && encoding === "identity")
    return `comes unpacked to a caller that takes ${asked}`;
  if (encodings.length > 0 && !/accept-encoding|\*/i.test(headers.get("vary") ?? ""))
    return "does not tell caches that it varies by Accept-Encoding";
  return null;
}

function checkCors(headers: Headers, { fileOrigin: origin, pageOrigin: pages }: ServedOrigins): string | null {
  const allowed = headers.get("access-control-allow-origin");
  if (origin === pages || allowed === "*" || allowed === pages) return null;
  return `may not be read by pages of ${pages}: Access-Control-Allow-Origin is ${allowed ?? "none"}`;
}
