import type { StaticFile } from "./collect-files";
import { ENCODINGS, encode, type ContentCoding } from "./encode";
import { type ManifestEntry, objectKeyOf, objectKeysOf } from "./manifest";
import { staticPolicyOf } from "./policy";
import type { FileHeaders, StaticTarget } from "./target";
import { matchesEntry, readPublishedFile } from "./read-published";

/** Where files are brought to, what is known of it, and what was done there: lists of keys. */
export type PublishState = {
  target: StaticTarget;
  existingKeys: ReadonlySet<string>;
  /** What builds before this one have published under fingerprinted names, by address. */
  knownEntries: ReadonlyMap<string, ManifestEntry>;
  result: { added: string[]; replaced: string[]; unchanged: number };
  dryRun: boolean;
};

/**
 * Sees to it that a file is there in every form, and returns what the manifest says of it. Throws where other bytes are published under the same
 * fingerprinted name.
 */
export async function publishFile(file: StaticFile, place: PublishState): Promise<ManifestEntry> {
  const { address, bytes, sha256 } = file;
  const before = place.knownEntries.get(address);
  if (before && before.sha256 !== sha256)
    throw new Error(`${address} has other bytes than an earlier build published under this very name.`);
  // Packing costs far more than all the rest: what is there is not packed again.
  if (before && (await isComplete(address, before, place))) {
    place.result.unchanged += 1 + before.encodings.length;
    return before;
  }
  const encoded = await encode(address, bytes);
  const encodings = ENCODINGS.filter((each) => encoded[each]);
  const entry = { size: bytes.length, sha256, encodings };
  await publishCoding(address, entry, "identity", bytes, place);
  for (const form of encodings) await publishCoding(address, entry, form, encoded[form] ?? bytes, place);
  return entry;
}

async function isComplete(address: string, entry: ManifestEntry, { target, existingKeys: there }: PublishState): Promise<boolean> {
  if (!objectKeysOf(address, entry).every((key) => there.has(key))) return false;
  return target.isDurable || (await readPublishedFile(target, address, entry)) !== null;
}

async function publishCoding(
  address: string,
  entry: ManifestEntry,
  form: ContentCoding,
  body: Buffer,
  { target, existingKeys: there, result: done, dryRun }: PublishState,
): Promise<void> {
  const { isFingerprinted: fingerprinted, contentType, cacheControl } = staticPolicyOf(address);
  const key = objectKeyOf(address, form);
  const found = there.has(key) ? await target.read(key) : null;
  if (found && (await matchesEntry(found, form, entry))) {
    done.unchanged += 1;
    return;
  }
  // What a disk has lost is written anew. A store loses nothing: there it is somebody else's.
  if (found && fingerprinted && target.isDurable) throw contentMismatchError(target, key);
  (found ? done.replaced : done.added).push(key);
  if (dryRun) return;
  const as: FileHeaders = { contentType, cacheControl };
  if (form !== "identity") as.contentEncoding = form;
  if (await target.put(key, body, as, { replace: found !== null })) return;
  // Another publication was first: as good, where it brought the same.
  const theirs = await target.read(key);
  if (!theirs || !(await matchesEntry(theirs, form, entry))) throw contentMismatchError(target, key);
}

function contentMismatchError({ name }: StaticTarget, key: string): Error {
  return new Error(
    `${name} has other bytes at ${key} than this build, of somebody who published meanwhile or before.`,
  );
}
