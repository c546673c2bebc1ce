import type { StaticFile } from "./collect";
import { ENCODINGS, encode, type Form } from "./encode";
import { type Entry, keyOf, keysOf } from "./manifest";
import { staticPolicy } from "./policy";
import type { PublishedAs, StaticTarget } from "./target";
import { holds, readWhole } from "./whole";

/** Where files are brought to, what is known of it, and what was done there: lists of keys. */
export type Place = {
  target: StaticTarget;
  there: ReadonlySet<string>;
  /** What builds before this one have published under fingerprinted names, by address. */
  known: ReadonlyMap<string, Entry>;
  done: { added: string[]; replaced: string[]; kept: number };
  dryRun: boolean;
};

/**
 * Sees to it that a file is there in every form, and returns what the manifest says of it. Throws where other bytes are published under the same
 * fingerprinted name.
 */
export async function bring(file: StaticFile, place: Place): Promise<Entry> {
  const { address, bytes, sha256 } = file;
  const before = place.known.get(address);
  if (before && before.sha256 !== sha256)
    throw new Error(`${address} has other bytes than an earlier build published under this very name.`);
  // Packing costs far more than all the rest: what is there is not packed again.
  if (before && (await isThere(address, before, place))) {
    place.done.kept += 1 + before.encodings.length;
    return before;
  }
  const encoded = await encode(address, bytes);
  const encodings = ENCODINGS.filter((each) => encoded[each]);
  const entry = { size: bytes.length, sha256, encodings };
  await bringForm(address, entry, "identity", bytes, place);
  for (const form of encodings) await bringForm(address, entry, form, encoded[form] ?? bytes, place);
  return entry;
}

async function isThere(address: string, entry: Entry, { target, there }: Place): Promise<boolean> {
  if (!keysOf(address, entry).every((key) => there.has(key))) return false;
  return target.lasting || (await readWhole(target, address, entry)) !== null;
}

async function bringForm(
  address: string,
  entry: Entry,
  form: Form,
  body: Buffer,
  { target, there, done, dryRun }: Place,
): Promise<void> {
  const { fingerprinted, contentType, cacheControl } = staticPolicy(address);
  const key = keyOf(address, form);
  const found = there.has(key) ? await target.read(key) : null;
  if (found && (await holds(found, form, entry))) {
    done.kept += 1;
    return;
  }
  // What a disk has lost is written anew. A store loses nothing: there it is somebody else's.
  if (found && fingerprinted && target.lasting) throw otherBytes(target, key);
  (found ? done.replaced : done.added).push(key);
  if (dryRun) return;
  const as: PublishedAs = { contentType, cacheControl };
  if (form !== "identity") as.contentEncoding = form;
  if (await target.put(key, body, as, { replace: found !== null })) return;
  // Another publication was first: as good, where it brought the same.
  const theirs = await target.read(key);
  if (!theirs || !(await holds(theirs, form, entry))) throw otherBytes(target, key);
}

function otherBytes({ name }: StaticTarget, key: string): Error {
  return new Error(
    `${name} has other bytes at ${key} than this build, of somebody who published meanwhile or before.`,
  );
}
