import { join, resolve, sep } from "node:path";

const SEGMENT_PATTERN = "[a-z0-9_-][a-z0-9._-]{0,254}";
const KEY_PATTERN = new RegExp(`^${SEGMENT_PATTERN}(?:/${SEGMENT_PATTERN})*$`);
const PREFIX_PATTERN = new RegExp(`^(?:${SEGMENT_PATTERN}/)*(?:${SEGMENT_PATTERN})?$`);
const MAX_KEY_LENGTH = 512;

export function isKey(text: string): boolean {
  return text.length <= MAX_KEY_LENGTH && KEY_PATTERN.test(text);
}

/**
 * The choke point for keys: every driver sends every key through here before anything else happens to it. Keys are made by this application and
 * carry no user input, so a bad one is a bug and throws.
 */
export function requireKey(key: string): string {
  if (!isKey(key)) throw new Error(`Not a storage key: ${JSON.stringify(key)}`);
  return key;
}

/** The beginning of a key, perhaps in the middle of a segment; "" is every key. */
export function requireKeyPrefix(prefix: string): string {
  if (prefix.length > MAX_KEY_LENGTH || !PREFIX_PATTERN.test(prefix))
    throw new Error(`Not the beginning of a storage key: ${JSON.stringify(prefix)}`);
  return prefix;
}

const ASCII_ONLY = /^[\0-\x7f]*$/;

/** The order in which stores list: that of the bytes. Keys of ours are plain; what somebody else put there need not be. */
export function compareBytes(one: string, other: string): number {
  if (one === other) return 0;
  if (ASCII_ONLY.test(one) && ASCII_ONLY.test(other)) return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The one place where a key becomes a path. The second look costs nothing and holds even if the pattern above were ever loosened. */
export function keyToPath(folder: string, key: string): string {
  const root = resolve(/* turbopackIgnore: true */ folder);
  const path = join(/* turbopackIgnore: true */ root, requireKey(key));
  if (!path.startsWith(root + sep)) throw new Error(`The key leaves its folder: ${JSON.stringify(key)}`);
  return path;
}
