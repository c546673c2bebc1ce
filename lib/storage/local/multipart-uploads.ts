import { randomBytes, randomUUID } from "node:crypto";
import type { Dirent, Stats } from "node:fs";
import { type FileHandle, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { Clock } from "../../clock";
import { notFoundProblem } from "../../errors";
import { keyToPath, requireKeyPrefix } from "../key";
import { matchParts, missingPartsProblem, requirePartNumber, requirePartOrder } from "../multipart-parts";
import type { MultipartUpload, Part } from "../storage";
import { conflictProblem, diskProblem, isNotFoundError, wrapDiskErrors } from "./errors";
import { linkExclusive, makeFolder, removeEmptyFolders, syncFolder } from "./files";
import type { LocalRoot } from "./root";
import { removeFolderAtomically, removeStaleEntries, writeNewFile, writeTempFile } from "./temp-files";

/** The creation time in milliseconds to base 36, and 128 random bits. */
const UPLOAD_ID_PATTERN = /^([0-9a-z]{1,9})-[0-9a-f]{32}$/;
const CHUNK_SIZE = 1024 * 1024;
/**
 * Milliseconds without a write after which a joined file counts as left by a crashed process.
 * Measured by the clock of the disk, like the times of its files.
 */
const STALE_JOIN_MS = 60 * 60 * 1000;

/**
 * Multipart uploads on a disk. An upload is the folder `.parts/<key>/.<id>`, which no key can
 * name. A part is a file in it, named by its number; it is complete and durable once it has that
 * name. Completion reads each part once and writes the object once. The parts stay until the
 * object has its name, then the folder is removed at once. So after a crash at any point the
 * upload can still be completed or aborted.
 */
export class LocalMultipartUploads {
  readonly #root: LocalRoot;
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(root: LocalRoot, clock: Clock) {
    this.#root = root;
    this.#folder = join(root.folder, ".parts");
    this.#clock = clock;
  }

  async create(key: string): Promise<string> {
    const id = `${this.#clock.now().getTime().toString(36)}-${randomBytes(16).toString("hex")}`;
    await wrapDiskErrors(makeFolder(this.#root.folder, join(keyToPath(this.#folder, key), `.${id}`)));
    return id;
  }

  /**
   * Stores exactly these bytes as a part, or nothing. Fails with `content_mismatch`, or with
   * `not_found` if the upload no longer exists.
   */
  async receivePart(
    key: string,
    id: string,
    number: number,
    body: AsyncIterable<Uint8Array>,
    expected: { size: number; sha256: string },
  ): Promise<void> {
    const folder = this.#folderOf(key, id);
    if (!folder || !(await statIfExists(folder))) throw notFoundProblem();
    const temp = await writeTempFile(this.#root.folder, body, expected);
    try {
      await rename(temp, join(folder, String(requirePartNumber(number))));
      await syncFolder(folder);
    } catch (error) {
      await unlink(temp).catch(() => undefined);
      throw isNotFoundError(error) ? notFoundProblem() : diskProblem(error);
    }
  }

  async listParts(key: string, id: string): Promise<Part[] | null> {
    const folder = this.#folderOf(key, id);
    if (!folder) return null;
    try {
      const names = (await readdir(folder)).filter((name) => /^[1-9]\d*$/.test(name));
      const parts: Part[] = [];
      for (const name of names)
        parts.push({ number: Number(name), size: (await stat(join(folder, name))).size });
      return parts.sort((one, other) => one.number - other.number);
    } catch (error) {
      if (isNotFoundError(error)) return this.#root.confirmMissing();
      throw diskProblem(error);
    }
  }

  async complete(key: string, id: string, parts: readonly Part[]): Promise<void> {
    requirePartOrder(parts);
    const folder = this.#folderOf(key, id);
    const received = await this.listParts(key, id);
    if (!folder || !received) throw notFoundProblem();
    const path = this.#root.path(key);
    try {
      // An earlier call may have crashed between naming the object and removing the folder.
      if (!(await this.#isJoined(folder, path))) {
        matchParts(received, parts);
        await this.#join(folder, path, parts);
      }
      await this.#removeUpload(folder);
    } catch (error) {
      if (await statIfExists(folder)) throw diskProblem(error);
      // A concurrent call completed or aborted the upload and removed its files.
      await this.#root.confirmMissing();
      throw notFoundProblem();
    }
  }

  async abort(key: string, id: string): Promise<void> {
    const folder = this.#folderOf(key, id);
    if (!folder) return;
    if (!(await statIfExists(folder))) {
      await this.#root.confirmMissing();
      return;
    }
    await this.#removeUpload(folder).catch((error: unknown) => {
      // A concurrent call has already removed the folder.
      if (!isNotFoundError(error)) throw diskProblem(error);
    });
  }

  async *listUploads(prefix: string): AsyncGenerator<MultipartUpload> {
    yield* this.#listBelow("", requireKeyPrefix(prefix));
  }

  async *#listBelow(key: string, prefix: string): AsyncGenerator<MultipartUpload> {
    const entries = await readdir(join(this.#folder, key), { withFileTypes: true }).catch(
      async (error: unknown): Promise<Dirent[]> => {
        if (!isNotFoundError(error)) throw diskProblem(error);
        await this.#root.confirmMissing();
        return [];
      },
    );
    for (const { name } of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const id = name.slice(1);
      const [, createdAt] = name.startsWith(".") ? (UPLOAD_ID_PATTERN.exec(id) ?? []) : [];
      if (createdAt && key.startsWith(prefix))
        yield { key, multipartId: id, initiatedAt: new Date(Number.parseInt(createdAt, 36)) };
      if (name.startsWith(".")) continue;
      const childKey = key === "" ? name : `${key}/${name}`;
      if (childKey.startsWith(prefix) || prefix.startsWith(`${childKey}/`))
        yield* this.#listBelow(childKey, prefix);
    }
  }

  /** Returns the folder of an upload, or null if the id cannot be one of ours. */
  #folderOf(key: string, id: string): string | null {
    const folder = keyToPath(this.#folder, key);
    // Not `join`: the file tracing of a build would take it for access to the whole project.
    return UPLOAD_ID_PATTERN.test(id) ? `${folder}${sep}.${id}` : null;
  }

  /**
   * Returns whether the object is the joined file of this upload: until the upload is removed, that
   * file has two names. Fails with `conflict` if the object is another one.
   */
  async #isJoined(folder: string, path: string): Promise<boolean> {
    const names = (await readdir(folder)).filter((name) => name.startsWith("joined-"));
    const object = await statIfExists(path);
    if (!object) return false;
    for (const name of names) if ((await statIfExists(join(folder, name)))?.ino === object.ino) return true;
    throw conflictProblem();
  }

  async #join(folder: string, path: string, parts: readonly Part[]): Promise<void> {
    const before = new Date(Date.now() - STALE_JOIN_MS);
    await removeStaleEntries(folder, before, (name) => name.startsWith("joined-"));
    const joined = join(folder, `joined-${randomUUID()}`);
    await writeNewFile(joined, async (file) => {
      const buffer = Buffer.allocUnsafe(CHUNK_SIZE);
      for (const part of parts) await appendPart(file, join(folder, String(part.number)), part, buffer);
    });
    try {
      await linkExclusive(this.#root.folder, joined, path);
    } catch (error) {
      await unlink(joined).catch(() => undefined);
      // A concurrent call may have joined the same parts first.
      if (!(await this.#isJoined(folder, path))) throw error;
    }
  }

  async #removeUpload(folder: string): Promise<void> {
    await removeFolderAtomically(this.#root.folder, folder);
    await removeEmptyFolders(this.#folder, dirname(folder));
  }
}

async function statIfExists(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (!isNotFoundError(error)) throw diskProblem(error);
  }
}

async function appendPart(to: FileHandle, path: string, { size }: Part, buffer: Buffer): Promise<void> {
  const from = await open(path, "r");
  try {
    let copied = 0;
    for (;;) {
      const { bytesRead } = await from.read(buffer, 0, buffer.length, copied);
      if (bytesRead === 0) break;
      await to.writeFile(buffer.subarray(0, bytesRead));
      copied += bytesRead;
    }
    // The part may have been replaced after it was listed.
    if (copied !== size) throw missingPartsProblem();
  } finally {
    await from.close();
  }
}
