import { join, resolve, sep } from "node:path";

const SEGMENT = "[a-z0-9_-][a-z0-9._-]{0,254}";
const KEY = new RegExp(`^${SEGMENT}(?:/${SEGMENT})*$`);
const PREFIX = new RegExp(`^(?:${SEGMENT}/)*(?:${SEGMENT})?$`);
const LONGEST = 512;

export function isKey(text: string): boolean {
  return text.length <= LONGEST && KEY.test(text);
}

/**
 * The choke point for keys: every driver sends every key through here before anything else happens to it. Keys are made by this application and
 * carry no user input, so a bad one is a bug and throws.
 */
export function checkKey(key: string): string {
  if (!isKey(key)) throw new Error(`Not a storage key: ${JSON.stringify(key)}`);
  return key;
}

/** The beginning of a key, perhaps in the middle of a segment; "" is every key. */
export function checkPrefix(prefix: string): string {
  if (prefix.length > LONGEST || !PREFIX.test(prefix))
    throw new Error(`Not the beginning of a storage key: ${JSON.stringify(prefix)}`);
  return prefix;
}

const PLAIN = /^[\0-\x7f]*$/;

/** The order in which stores list: that of the bytes. Keys of ours are plain; what somebody else put there need not be. */
export function bytewise(one: string, other: string): number {
  if (one === other) return 0;
  if (PLAIN.test(one) && PLAIN.test(other)) return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** The one place where a key becomes a path. The second look costs nothing and holds even if the pattern above were ever loosened. */
export function pathOf(folder: string, key: string): string {
  const root = resolve(/* turbopackIgnore: true */ folder);
  const path = join(/* turbopackIgnore: true */ root, checkKey(key));
  if (!path.startsWith(root + sep)) throw new Error(`The key leaves its folder: ${JSON.stringify(key)}`);
  return path;
}
