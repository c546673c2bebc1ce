import { mapConcurrently } from "../../concurrency";
import { describeError } from "../describe-error";
import type { Finding } from "../finding";
import { forwardedHostHeaders, sendRequest } from "../http-prober";
import { findDeviation, type ServedOrigins, type StaticResponse } from "./compare-response";
import { type ContentCoding, decode, ENCODINGS } from "./encode";
import type { Manifest, ManifestEntry } from "./manifest";
import { staticPolicyOf, urlPathOf } from "./policy";

const TIMEOUT_MS = 10_000;
const CONCURRENCY = 8;
/** A server that compresses by itself may send a little more than the original size. */
const MAX_ENCODING_OVERHEAD_BYTES = 4096;

/**
 * Fetches every file of a build, in each content coding by itself, and compares bytes and headers
 * with the build and the policy. Returns the first deviation of each file, in the order of the URL
 * paths.
 */
export async function checkStaticFiles(files: Manifest["files"], origins: ServedOrigins): Promise<Finding[]> {
  const findings = await mapConcurrently(
    Object.entries(files),
    CONCURRENCY,
    async ([address, entry]): Promise<Finding[]> => {
      const found = await checkFile(origins, address, entry);
      return found ? [{ check: `${origins.fileOrigin}${address}`, outcome: "failed", found, fix: FIX }] : [];
    },
  );
  return findings.flat().sort((a, b) => (a.check < b.check ? -1 : 1));
}

const FIX = "Publish this build again, or correct the configuration of the server or CDN (docs/static.md).";

/** Checks files with a fingerprint and the others, which may be served from different origins. */
export async function checkBuildFiles(
  files: Manifest["files"],
  origins: { fingerprinted: ServedOrigins; others: ServedOrigins },
): Promise<Finding[]> {
  const filesOf = (isFingerprinted: boolean) =>
    Object.fromEntries(
      Object.entries(files).filter(
        ([address]) => staticPolicyOf(address).isFingerprinted === isFingerprinted,
      ),
    );
  return [
    ...(await checkStaticFiles(filesOf(true), origins.fingerprinted)),
    ...(await checkStaticFiles(filesOf(false), origins.others)),
  ];
}

async function checkFile(
  origins: ServedOrigins,
  address: string,
  entry: ManifestEntry,
): Promise<string | null> {
  for (const coding of ["identity", ...ENCODINGS] as const) {
    try {
      const deviation = findDeviation(
        await fetchFile(origins, address, entry, coding),
        address,
        entry,
        origins,
      );
      if (deviation) return deviation;
    } catch (error) {
      return `The file could not be fetched: ${describeError(error)}.`;
    }
  }
  return null;
}

/** Requests a file as a page does, but in one content coding: so each is tested. */
async function fetchFile(
  { fileOrigin, pageOrigin, at }: ServedOrigins,
  address: string,
  entry: ManifestEntry,
  requestedCoding: ContentCoding,
): Promise<StaticResponse> {
  const { status, headers, body } = await sendRequest({
    url: `${at ?? fileOrigin}${urlPathOf(address)}`,
    headers: {
      origin: pageOrigin,
      "accept-encoding": requestedCoding,
      ...(at ? forwardedHostHeaders(fileOrigin) : {}),
    },
    timeoutMs: TIMEOUT_MS,
    maxBodyBytes: entry.size + MAX_ENCODING_OVERHEAD_BYTES,
  });
  const encoding = headers.get("content-encoding") ?? "identity";
  const isKnown = encoding === "br" || encoding === "gzip";
  const bytes = isKnown ? await decode(encoding, body, entry.size) : body;
  return { requestedCoding, status, headers, bytes };
}
