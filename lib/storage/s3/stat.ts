import type { Stat } from "../storage";
import type { HeadResult } from "./client";
import { invalidResponse } from "./errors";

/** What an answer to HEAD tells of the object. Fails with `unavailable` where it is none of S3. */
export function parseStat(head: HeadResult): Stat {
  const { ContentLength: size, LastModified: modifiedAt, ChecksumSHA256: sha256, ChecksumType, ETag } = head;
  if (size === undefined || !modifiedAt || !ETag) throw invalidResponse("no size, date or ETag");
  // A composite one is a hash of the parts' hashes and says nothing about the whole.
  const whole = ChecksumType !== "COMPOSITE" && sha256 !== undefined && /^[A-Za-z0-9+/]{43}=$/.test(sha256);
  return { size, modifiedAt, ...(whole ? { sha256 } : {}) };
}
