import { createHash, randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import type { SignedGet, SignedPart, SignedPut, Storage } from "../../storage";

export function newKey(): string {
  return `test/${randomUUID()}`;
}

export async function putSample(storage: Storage, content: string, key = newKey()): Promise<string> {
  const body = Buffer.from(content);
  await storage.put(key, body, { type: "text/plain", size: body.length });
  return key;
}

export async function readText(
  storage: Storage,
  key: string,
  range?: { start: number; end: number },
): Promise<string> {
  return (await buffer(await storage.read(key, range))).toString();
}

export async function readByChunks(storage: Storage, key: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  await storage.forEachChunk(key, (bytes) => chunks.push(Buffer.from(bytes)));
  return Buffer.concat(chunks);
}

export async function listKeys(storage: Storage, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list(prefix)) keys.push(key);
  return keys;
}

export function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("base64");
}

export function signedPutOptions(bytes: Uint8Array): SignedPut {
  return { type: "application/pdf", size: bytes.length, sha256: sha256(bytes), expiresIn: 60 };
}

export function signedGetOptions(overrides: Partial<SignedGet>): SignedGet {
  return { type: "application/pdf", disposition: "inline", name: "letter.pdf", expiresIn: 60, ...overrides };
}

/** Minimum size of every part but the last. */
export const MIN_PART_SIZE = 5 * 1024 * 1024;

/** Options of a signed PUT for `bytes` as a part. */
export function signedPartOptions(multipartId: string, number: number, bytes: Uint8Array): SignedPart {
  return { multipartId, number, size: bytes.length, sha256: sha256(bytes), expiresIn: 60 };
}

/** Calls `work` for each item, eight at a time. */
export async function forEachConcurrently<T>(
  items: Iterable<T>,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, worker));
}
