import { createHash, type Hash } from "node:crypto";
import { Problem } from "../errors";
import { SNIFF_BYTES, sniffMediaType } from "../inspect/sniff";
import { readAll } from "../storage/read-all";
import type { Storage } from "../storage/storage";

/** The content that the ticket and the part requests declared; null for an undeclared value. */
export type DeclaredContent = {
  /** Bytes. */
  size: number;
  type: string;
  sha256: string | null;
  /** In part order. */
  parts: readonly { size: number; sha256: string }[] | null;
};

/** `bytes` is set for an object of at most MAX_IN_MEMORY_BYTES. */
export type VerifiedContent = { size: number; sha256: string; bytes?: Buffer };

/** A larger file is hashed as a stream, and its content is not inspected. Bytes. */
export const MAX_IN_MEMORY_BYTES = 32 * 1024 * 1024;

/**
 * Compares an object with its declared content by reading it once, because not every store checks
 * it. If the store returns the SHA-256 of an object above MAX_IN_MEMORY_BYTES, only the first bytes
 * are read. Errors: not_uploaded, content_mismatch, unavailable.
 */
export async function verifyObject(
  storage: Storage,
  key: string,
  declared: DeclaredContent,
): Promise<VerifiedContent> {
  const { size } = declared;
  const stat = await storage.stat(key);
  if (!stat) throw new Problem("not_uploaded", "The file has not been uploaded yet. Please upload it again.");
  // The size alone refuses the object, so that a larger one is never read.
  if (stat.size !== size) throw contentMismatch();
  if (stat.sha256 && declared.sha256 && size > MAX_IN_MEMORY_BYTES) {
    if (stat.sha256 !== declared.sha256) throw contentMismatch();
    const head = await readAll(await storage.read(key, { start: 0, end: SNIFF_BYTES - 1 }));
    requireDeclaredType(head, declared);
    return { size, sha256: stat.sha256 };
  }
  const { sha256, head } = await hashObject(storage, key, declared);
  requireDeclaredType(head.subarray(0, SNIFF_BYTES), declared);
  return { size, sha256, ...(size <= MAX_IN_MEMORY_BYTES ? { bytes: head } : {}) };
}

/** Hashes the object in one pass. `head` holds all bytes, or the first ones of a large object. */
async function hashObject(
  storage: Storage,
  key: string,
  { size, sha256: declaredSha256, parts }: DeclaredContent,
): Promise<{ sha256: string; head: Buffer }> {
  const head = Buffer.alloc(size <= MAX_IN_MEMORY_BYTES ? size : SNIFF_BYTES);
  const hash = createHash("sha256");
  const partVerifier = parts ? new PartHashVerifier(parts) : null;
  let bytesRead = 0;
  await storage.forEachChunk(key, (bytes) => {
    if (bytesRead < head.length) head.set(bytes.subarray(0, head.length - bytesRead), bytesRead);
    bytesRead += bytes.length;
    if (bytesRead > size) throw contentMismatch();
    hash.update(bytes);
    partVerifier?.update(bytes);
  });
  const sha256 = hash.digest("base64");
  if (bytesRead !== size || sha256 !== (declaredSha256 ?? sha256)) throw contentMismatch();
  return { sha256, head };
}

/** Hashes a stream part by part. Throws content_mismatch at the first part with another SHA-256. */
class PartHashVerifier {
  readonly #parts: Iterator<{ size: number; sha256: string }>;
  #part: { hash: Hash; bytesLeft: number; sha256: string } | null;

  constructor(parts: readonly { size: number; sha256: string }[]) {
    this.#parts = parts[Symbol.iterator]();
    this.#part = this.#next();
  }

  update(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      if (!this.#part) throw contentMismatch();
      const slice = rest.subarray(0, this.#part.bytesLeft);
      rest = rest.subarray(slice.length);
      this.#part.hash.update(slice);
      this.#part.bytesLeft -= slice.length;
      if (this.#part.bytesLeft > 0) continue;
      if (this.#part.hash.digest("base64") !== this.#part.sha256) throw contentMismatch();
      this.#part = this.#next();
    }
  }

  #next(): { hash: Hash; bytesLeft: number; sha256: string } | null {
    const { value, done } = this.#parts.next();
    return done ? null : { hash: createHash("sha256"), bytesLeft: value.size, sha256: value.sha256 };
  }
}

function requireDeclaredType(head: Uint8Array, { type }: DeclaredContent): void {
  if (sniffMediaType(head) !== type)
    throw new Problem(
      "content_mismatch",
      "The content of the file does not match its type. Please choose the original file.",
    );
}

function contentMismatch(): Problem {
  return new Problem(
    "content_mismatch",
    "The uploaded bytes differ from the file that you chose. Please choose it again.",
  );
}
