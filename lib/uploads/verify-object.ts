import { createHash, type Hash } from "node:crypto";
import { Problem } from "../errors";
import { SNIFF_BYTES, sniffMediaType } from "../inspect/sniff";
import { readAll } from "../storage/read-all";
import type { Storage } from "../storage/storage";

/** What the ticket and the parts said. Null: nothing was said. */
export type DeclaredContent = {
  /** Bytes. */
  size: number;
  type: string;
  sha256: string | null;
  /** In their order. */
  parts: readonly { size: number; sha256: string }[] | null;
};

/** `bytes` is there up to OPENED_UP_TO. */
export type VerifiedContent = { size: number; sha256: string; bytes?: Buffer };

/** A file up to here is opened; a larger one is read as a stream and never held. Bytes. */
export const MAX_IN_MEMORY_BYTES = 32 * 1024 * 1024;

/**
 * An object, held against what was announced of it by reading it once: what the store says of it is not enough everywhere (s3.md). Where the store
 * vouches for the announced SHA-256 and nobody needs the bytes, only the beginning is read. Errors: not_uploaded, content_mismatch, unavailable.
 */
export async function verifyObject(storage: Storage, key: string, announcement: DeclaredContent): Promise<VerifiedContent> {
  const { size } = announcement;
  const stat = await storage.stat(key);
  if (!stat) throw new Problem("not_uploaded", "The file has not arrived yet. Please send it again.");
  // A longer one is not read: it is refused by its size alone.
  if (stat.size !== size) throw contentMismatch();
  if (stat.sha256 && announcement.sha256 && size > MAX_IN_MEMORY_BYTES) {
    if (stat.sha256 !== announcement.sha256) throw contentMismatch();
    await requireDeclaredType(
      await readAll(await storage.read(key, { start: 0, end: SNIFF_BYTES - 1 })),
      announcement,
    );
    return { size, sha256: stat.sha256 };
  }
  const { sha256, kept } = await hashObject(storage, key, announcement);
  await requireDeclaredType(kept.subarray(0, SNIFF_BYTES), announcement);
  return { size, sha256, ...(size <= MAX_IN_MEMORY_BYTES ? { bytes: kept } : {}) };
}

/** One pass over the bytes, of which only the beginning is held where there are many. */
async function hashObject(
  storage: Storage,
  key: string,
  { size, sha256: announced, parts }: DeclaredContent,
): Promise<{ sha256: string; kept: Buffer }> {
  const kept = Buffer.alloc(size <= MAX_IN_MEMORY_BYTES ? size : SNIFF_BYTES);
  const whole = createHash("sha256");
  const inParts = parts ? new PartHashVerifier(parts) : null;
  let read = 0;
  await storage.forEachChunk(key, (bytes) => {
    if (read < kept.length) kept.set(bytes.subarray(0, kept.length - read), read);
    read += bytes.length;
    if (read > size) throw contentMismatch();
    whole.update(bytes);
    inParts?.update(bytes);
  });
  const sha256 = whole.digest("base64");
  if (read !== size || sha256 !== (announced ?? sha256)) throw contentMismatch();
  return { sha256, kept };
}

/** Cuts a stream where its parts met, and fails at the first whose SHA-256 is another than announced. */
class PartHashVerifier {
  readonly #parts: Iterator<{ size: number; sha256: string }>;
  #part: { hash: Hash; left: number; sha256: string } | null;

  constructor(parts: readonly { size: number; sha256: string }[]) {
    this.#parts = parts[Symbol.iterator]();
    this.#part = this.#next();
  }

  update(chunk: Buffer): void {
    for (let rest = chunk; rest.length > 0; ) {
      if (!this.#part) throw contentMismatch();
      const piece = rest.subarray(0, this.#part.left);
      rest = rest.subarray(piece.length);
      this.#part.hash.update(piece);
      this.#part.left -= piece.length;
      if (this.#part.left > 0) continue;
      if (this.#part.hash.digest("base64") !== this.#part.sha256) throw contentMismatch();
      this.#part = this.#next();
    }
  }

  #next(): { hash: Hash; left: number; sha256: string } | null {
    const { value, done } = this.#parts.next();
    return done ? null : { hash: createHash("sha256"), left: value.size, sha256: value.sha256 };
  }
}

async function requireDeclaredType(head: Uint8Array, { type }: DeclaredContent): Promise<void> {
  if ((await sniffMediaType(head)) !== type) {
    throw new Problem(
      "content_mismatch",
      "The file is of another kind than its name says. Please choose the original file.",
    );
  }
}

function contentMismatch(): Problem {
  return new Problem(
    "content_mismatch",
    "What arrived is not the file that was announced. Please choose it again.",
  );
}
