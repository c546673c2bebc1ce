import { join, resolve, sep } from "node:path";

const SEGMENT_PATTERN = "[a-z0-9_-][a-z0-9._-]{0,254}";
const KEY_PATTERN = new RegExp(`^${SEGMENT_PATTERN}(?:/${SEGMENT_PATTERN})*$`);
const PREFIX_PATTERN = new RegExp(`^(?:${SEGMENT_PATTERN}/)*(?:${SEGMENT_PATTERN})?$`);
const MAX_KEY_LENGTH = 512;

export function isKey(text: string): boolean {
  return text.length <= MAX_KEY_LENGTH && KEY_PATTERN.test(text);
}

/**
 * Returns `key`, or throws if it is invalid. Every driver calls it first for every key. The
 * application creates keys without user input, so an invalid one is a bug.
 */
export function requireKey(key: string): string {
  if (!isKey(key)) throw new Error(`Not a storage key: ${JSON.stringify(key)}`);
  return key;
}

/** Returns `prefix`, which may end inside a segment. "" is the prefix of every key. */
export function requireKeyPrefix(prefix: string): string {
  if (prefix.length > MAX_KEY_LENGTH || !PREFIX_PATTERN.test(prefix))
    throw new Error(`Not the prefix of a storage key: ${JSON.stringify(prefix)}`);
  return prefix;
}

const ASCII_ONLY = /^[\0-\x7f]*$/;

/**
 * Compares keys in byte order, the order in which stores list. Our keys are ASCII; keys that other
 * programs wrote into a bucket may not be.
 */
export function compareBytes(one: string, other: string): number {
  if (one === other) return 0;
  if (ASCII_ONLY.test(one) && ASCII_ONLY.test(other)) return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

/** Converts a key into a path. Checks the path again in case the key pattern is ever loosened. */
export function keyToPath(folder: string, key: string): string {
  const root = resolve(/* turbopackIgnore: true */ folder);
  const path = join(/* turbopackIgnore: true */ root, requireKey(key));
  if (!path.startsWith(root + sep)) throw new Error(`The key leaves its folder: ${JSON.stringify(key)}`);
  return path;
}
