import { createHash, createHmac } from "node:crypto";

/** The chain of entries without a subject. */
export const NO_SUBJECT = "00000000-0000-0000-0000-000000000000";

/** What the hash of an entry covers. */
export type HashedEntry = {
  seq: bigint | string;
  at: Date;
  event: string;
  byId: string | null;
  subjectId: string | null;
  detail: unknown;
  personId: string | null;
  personHash: string | null;
  chainId: string;
  position: number;
};

/** The last entry of a chain. */
export type TrailHead = { chainId: string; position: number; seq: bigint | string; hash: string };

/**
 * Hashes an entry with the hash before it in its chain, which is "" for the first one. Only the key
 * makes this hash, so a changed chain cannot be computed again without it. Base64.
 */
export function hashEntry(key: Uint8Array, previousHash: string, entry: HashedEntry): string {
  const { seq, at, event, byId, subjectId, detail, personId, personHash, chainId, position } = entry;
  return mac(key, "entry", [
    previousHash,
    chainId,
    position,
    String(seq),
    at.toISOString(),
    event,
    byId,
    subjectId,
    detail,
    personId,
    personHash,
  ]);
}

/** Authenticates a head. Without it, a shortened chain could have a matching head. Base64. */
export function macOfHead(key: Uint8Array, { chainId, position, seq, hash }: TrailHead): string {
  return mac(key, "head", [chainId, position, String(seq), hash]);
}

/** Authenticates an object of published heads. Base64. */
export function macOfPublishedHeads(key: Uint8Array, content: unknown): string {
  return mac(key, "published heads", content);
}

/** Hashes an entry of the one chain that was written before there was a key. Base64. */
export function hashOldEntry(
  previousHash: string,
  entry: Pick<HashedEntry, "seq" | "at" | "event" | "byId" | "subjectId" | "detail">,
): string {
  const { seq, at, event, byId, subjectId, detail } = entry;
  const text = canonicalJson([String(seq), at.toISOString(), event, byId, subjectId, detail]);
  return createHash("sha256").update(`${previousHash}\n${text}`).digest("base64");
}

/** The kind keeps a hash of one kind from passing as another. */
function mac(key: Uint8Array, kind: "entry" | "head" | "published heads", content: unknown): string {
  return createHmac("sha256", key)
    .update(`${kind}\n${canonicalJson(content)}`)
    .digest("base64");
}

/** Serializes with sorted object keys, because the database returns them in another order. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(sortKeys(value));
}

/** Not a replacer of `JSON.stringify`: that takes three times as long for a million entries. */
function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([name, inner]) => [name, sortKeys(inner)]));
}
