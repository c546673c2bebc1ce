import type { StaticFile } from "./collect-files";
import { type ContentCoding, ENCODINGS, encode } from "./encode";
import { type ManifestEntry, objectKeyOf, objectKeysOf } from "./manifest";
import { staticPolicyOf } from "./policy";
import { matchesEntry, readPublishedFile } from "./read-published";
import type { FileHeaders, StaticTarget } from "./target";

/** The target, what is known about it, and the keys that were written. */
export type PublishState = {
  target: StaticTarget;
  existingKeys: ReadonlySet<string>;
  /** The fingerprinted files of earlier builds, by URL path. */
  knownEntries: ReadonlyMap<string, ManifestEntry>;
  result: { added: string[]; replaced: string[]; unchanged: number };
  dryRun: boolean;
};

/**
 * Publishes a file in every content coding and returns its manifest entry. Throws if other bytes
 * are published under the same fingerprinted name.
 */
export async function publishFile(file: StaticFile, state: PublishState): Promise<ManifestEntry> {
  const { address, bytes, sha256 } = file;
  const known = state.knownEntries.get(address);
  if (known && known.sha256 !== sha256)
    throw new Error(
      `${address} has other bytes than in an earlier build, under the same fingerprinted name. This is a defect of the build.`,
    );
  // Compression costs far more than the rest: existing files are not compressed again.
  if (known && (await isComplete(address, known, state))) {
    state.result.unchanged += 1 + known.encodings.length;
    return known;
  }
  const encoded = await encode(address, bytes);
  const encodings = ENCODINGS.filter((each) => encoded[each]);
  const entry = { size: bytes.length, sha256, encodings };
  await publishCoding(address, entry, "identity", bytes, state);
  for (const coding of encodings)
    await publishCoding(address, entry, coding, encoded[coding] ?? bytes, state);
  return entry;
}

async function isComplete(
  address: string,
  entry: ManifestEntry,
  { target, existingKeys }: PublishState,
): Promise<boolean> {
  if (!objectKeysOf(address, entry).every((key) => existingKeys.has(key))) return false;
  return target.isDurable || (await readPublishedFile(target, address, entry)) !== null;
}

async function publishCoding(
  address: string,
  entry: ManifestEntry,
  coding: ContentCoding,
  body: Buffer,
  { target, existingKeys, result, dryRun }: PublishState,
): Promise<void> {
  const { isFingerprinted, contentType, cacheControl } = staticPolicyOf(address);
  const key = objectKeyOf(address, coding);
  const existing = existingKeys.has(key) ? await target.read(key) : null;
  if (existing && (await matchesEntry(existing, coding, entry))) {
    result.unchanged += 1;
    return;
  }
  // A disk may have damaged the file, so it is written again. A store does not: another publisher
  // wrote it.
  if (existing && isFingerprinted && target.isDurable) throw contentMismatchError(target, key);
  (existing ? result.replaced : result.added).push(key);
  if (dryRun) return;
  const headers: FileHeaders = { contentType, cacheControl };
  if (coding !== "identity") headers.contentEncoding = coding;
  if (await target.put(key, body, headers, { replace: existing !== null })) return;
  // Another publication was first. That is fine if it wrote the same bytes.
  const theirs = await target.read(key);
  if (!theirs || !(await matchesEntry(theirs, coding, entry))) throw contentMismatchError(target, key);
}

function contentMismatchError({ name }: StaticTarget, key: string): Error {
  return new Error(
    `${name} has other bytes at ${key} than this build: another publisher wrote them. Build and publish again.`,
  );
}
