import { Readable } from "node:stream";
import { notFoundProblem, Problem } from "../../errors";
import { compareBytes, requireKey, requireKeyPrefix } from "../key";
import type {
  ByteRange,
  ListedObject,
  MultipartUpload,
  PutOptions,
  SignedRequest,
  Stat,
  Storage,
  StorageClass,
  Storages,
} from "../storage";
import { wrongLengthProblem } from "../stream-checks";

/** Creates storages in memory, without a server: signed URLs lead nowhere. */
export function createMemoryStorages(): Storages {
  return { public: new MemoryStorage("public"), private: new MemoryStorage("private") };
}

/** The smallest driver, for a test of the drivers' table. It has no multipart uploads. */
class MemoryStorage implements Storage {
  readonly class: StorageClass;
  readonly #objects = new Map<string, { bytes: Buffer; modifiedAt: Date }>();

  constructor(storageClass: StorageClass) {
    this.class = storageClass;
  }

  async put(key: string, body: Uint8Array | Readable, { size }: PutOptions): Promise<void> {
    requireKey(key);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of body instanceof Uint8Array ? [body] : body) {
      chunks.push(chunk);
      received += chunk.byteLength;
      if (received > size) break;
    }
    if (received !== size) throw wrongLengthProblem(size);
    this.#create(key, Buffer.concat(chunks));
  }

  #create(key: string, bytes: Buffer): void {
    if (this.#objects.has(key)) throw new Problem("conflict", "A file with this key already exists.");
    this.#objects.set(key, { bytes, modifiedAt: new Date() });
  }

  #find(key: string): Buffer {
    const object = this.#objects.get(requireKey(key));
    if (!object) throw notFoundProblem();
    return object.bytes;
  }

  async stat(key: string): Promise<Stat | null> {
    const object = this.#objects.get(requireKey(key));
    return object ? { size: object.bytes.length, modifiedAt: object.modifiedAt } : null;
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    const bytes = this.#find(key);
    return Readable.from([range ? bytes.subarray(range.start, range.end + 1) : bytes]);
  }

  async forEachChunk(key: string, take: (bytes: Buffer) => void): Promise<void> {
    const bytes = this.#find(key);
    if (bytes.length > 0) take(bytes);
  }

  async copy(key: string, to: Storage, toKey: string, options: PutOptions): Promise<void> {
    const bytes = this.#find(key);
    await to.put(toKey, bytes, { ...options, size: bytes.length });
  }

  async remove(key: string): Promise<void> {
    this.#objects.delete(requireKey(key));
  }

  async removeMany(keys: readonly string[]): Promise<void> {
    for (const key of keys.map(requireKey)) this.#objects.delete(key);
  }

  async *list(prefix: string): AsyncGenerator<ListedObject> {
    requireKeyPrefix(prefix);
    for (const key of [...this.#objects.keys()].sort(compareBytes)) {
      const stat = key.startsWith(prefix) ? await this.stat(key) : null;
      if (stat) yield { key, size: stat.size, modifiedAt: stat.modifiedAt };
    }
  }

  async signPut(key: string): Promise<SignedRequest> {
    return { method: "PUT", url: `memory:${requireKey(key)}`, headers: {}, expiresAt: new Date() };
  }

  async signPart(key: string): Promise<SignedRequest> {
    return this.signPut(key);
  }

  async signGet(key: string): Promise<string> {
    return `memory:${requireKey(key)}`;
  }

  publicUrl(key: string): string {
    return `memory:${requireKey(key)}`;
  }

  async createMultipartUpload(): Promise<string> {
    throw new Problem("unavailable", "This storage has no multipart uploads.");
  }

  async listParts(): Promise<null> {
    return null;
  }

  async completeMultipartUpload(): Promise<void> {
    throw notFoundProblem();
  }

  async abortMultipartUpload(): Promise<void> {}

  async *listMultipartUploads(): AsyncGenerator<MultipartUpload> {}

  async removeStaleTempFiles(): Promise<void> {}

  async checkHealth(): Promise<void> {}
}
