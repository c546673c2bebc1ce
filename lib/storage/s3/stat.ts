import type { Stat } from "../storage";
import type { HeadResult } from "./client";
import { invalidResponse } from "./errors";

/** Parses the response to HEAD. Fails with `unavailable` if it is not a response of S3. */
export function parseStat(head: HeadResult): Stat {
  const { ContentLength: size, LastModified: modifiedAt, ChecksumSHA256: sha256, ChecksumType, ETag } = head;
  if (size === undefined || !modifiedAt || !ETag) throw invalidResponse("no size, date or ETag");
  // A composite checksum hashes the hashes of the parts, not the bytes of the object.
  const coversObject =
    ChecksumType !== "COMPOSITE" && sha256 !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(sha256);
  return { size, modifiedAt, ...(coversObject ? { sha256 } : {}) };
}
