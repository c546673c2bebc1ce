import { randomBytes, randomUUID } from "node:crypto";
import type { Dirent, Stats } from "node:fs";
import { type FileHandle, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { Clock } from "../../clock";
import { notFoundProblem } from "../../errors";
import { requireKeyPrefix, keyToPath } from "../key";
import { matchParts, requirePartNumber, requirePartOrder, missingPartsProblem } from "../multipart-parts";
import type { Part, MultipartUpload } from "../storage";
import { conflictProblem, diskProblem, isNotFoundError, wrapDiskErrors } from "./errors";
import { linkExclusive, makeFolder, removeEmptyFolders, syncFolder } from "./files";
import type { LocalRoot } from "./root";
import { removeFolderAtomically, removeStaleEntries, writeNewFile, writeTempFile } from "./temp-files";

/** When it began, in milliseconds to the base of 36, and 128 random bits. */
const UPLOAD_ID_PATTERN = /^([0-9a-z]{1,9})-[0-9a-f]{32}$/;
const CHUNK_SIZE = 1024 * 1024;
/** Milliseconds after which a joined file that nobody writes to has been left by a process that was killed. By the disk's clock, as its times are. */
const STALE_JOIN_MS = 60 * 60 * 1000;

/**
 * Objects that arrive in parts. An attempt is the folder `.parts/<key>/.<id>`, which no key can name; a part is a file in it, called by its number,
 * whole and durable from the moment that it has its name. Joining reads each part once and writes the object once; until the object has its name
 * the parts stay, and after that the folder goes at once, so that a process killed anywhere leaves what can be completed or aborted.
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

  /** Takes in exactly these bytes, or nothing. Fails with `content_mismatch`, and with `not_found` where the attempt is over. */
  async receivePart(
    key: string,
    id: string,
    number: number,
    body: AsyncIterable<Uint8Array>,
    expected: { size: number; sha256: string },
  ): Promise<void> {
    const attempt = this.#attempt(key, id);
    if (!attempt || !(await statIfExists(attempt))) throw notFoundProblem();
    const temp = await writeTempFile(this.#root.folder, body, expected);
    try {
      await rename(temp, join(attempt, String(requirePartNumber(number))));
      await syncFolder(attempt);
    } catch (error) {
      await unlink(temp).catch(() => undefined);
      throw isNotFoundError(error) ? notFoundProblem() : diskProblem(error);
    }
  }

  async listParts(key: string, id: string): Promise<Part[] | null> {
    const attempt = this.#attempt(key, id);
    if (!attempt) return null;
    try {
      const names = (await readdir(attempt)).filter((name) => /^[1-9]\d*$/.test(name));
      const parts: Part[] = [];
      for (const name of names)
        parts.push({ number: Number(name), size: (await stat(join(attempt, name))).size });
      return parts.sort((one, other) => one.number - other.number);
    } catch (error) {
      if (isNotFoundError(error)) return this.#root.confirmMissing();
      throw diskProblem(error);
    }
  }

  async complete(key: string, id: string, parts: readonly Part[]): Promise<void> {
    requirePartOrder(parts);
    const attempt = this.#attempt(key, id);
    const found = await this.listParts(key, id);
    if (!attempt || !found) throw notFoundProblem();
    const path = this.#root.path(key);
    try {
      // An earlier call may have been stopped between naming the object and ending the attempt.
      if (!(await this.#isJoined(attempt, path))) {
        matchParts(found, parts);
        await this.#join(attempt, path, parts);
      }
      await this.#end(attempt);
    } catch (error) {
      if (await statIfExists(attempt)) throw diskProblem(error);
      // Somebody else completed or aborted it meanwhile, and pulled the files away from under this call.
      await this.#root.confirmMissing();
      throw notFoundProblem();
    }
  }

  async abort(key: string, id: string): Promise<void> {
    const attempt = this.#attempt(key, id);
    if (!attempt) return;
    if (!(await statIfExists(attempt))) {
      await this.#root.confirmMissing();
      return;
    }
    await this.#end(attempt).catch((error: unknown) => {
      // Somebody else was faster.
      if (!isNotFoundError(error)) throw diskProblem(error);
    });
  }

  async *listUploads(prefix: string): AsyncGenerator<MultipartUpload> {
    yield* this.#below("", requireKeyPrefix(prefix));
  }

  async *#below(key: string, prefix: string): AsyncGenerator<MultipartUpload> {
    const entries = await readdir(join(this.#folder, key), { withFileTypes: true }).catch(
      async (error: unknown): Promise<Dirent[]> => {
        if (!isNotFoundError(error)) throw diskProblem(error);
        await this.#root.confirmMissing();
        return [];
      },
    );
    for (const { name } of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const id = name.slice(1);
      const [, begun] = name.startsWith(".") ? (UPLOAD_ID_PATTERN.exec(id) ?? []) : [];
      if (begun && key.startsWith(prefix))
        yield { key, multipartId: id, initiatedAt: new Date(Number.parseInt(begun, 36)) };
      if (name.startsWith(".")) continue;
      const next = key === "" ? name : `${key}/${name}`;
      if (next.startsWith(prefix) || prefix.startsWith(`${next}/`)) yield* this.#below(next, prefix);
    }
  }

  /** Null for what was never the name of an attempt here. */
  #attempt(key: string, id: string): string | null {
    const folder = keyToPath(this.#folder, key);
    // Not `join`: a build that traces files takes it for access to any file of the project.
    return UPLOAD_ID_PATTERN.test(id) ? `${folder}${sep}.${id}` : null;
  }

  /** The joined file has two names until the attempt ends: its own in the attempt, and the object's. Any other object is a `conflict`. */
  async #isJoined(attempt: string, path: string): Promise<boolean> {
    const names = (await readdir(attempt)).filter((name) => name.startsWith("joined-"));
    const object = await statIfExists(path);
    if (!object) return false;
    for (const name of names) if ((await statIfExists(join(attempt, name)))?.ino === object.ino) return true;
    throw conflictProblem();
  }

  async #join(attempt: string, path: string, parts: readonly Part[]): Promise<void> {
    const before = new Date(Date.now() - STALE_JOIN_MS);
    await removeStaleEntries(attempt, before, (name) => name.startsWith("joined-"));
    const joined = join(attempt, `joined-${randomUUID()}`);
    await writeNewFile(joined, async (file) => {
      const buffer = Buffer.allocUnsafe(CHUNK_SIZE);
      for (const part of parts) await appendPart(file, join(attempt, String(part.number)), part, buffer);
    });
    try {
      await linkExclusive(this.#root.folder, joined, path);
    } catch (error) {
      await unlink(joined).catch(() => undefined);
      // Where two calls were under way at once, the other one's file is as good.
      if (!(await this.#isJoined(attempt, path))) throw error;
    }
  }

  async #end(attempt: string): Promise<void> {
    await removeFolderAtomically(this.#root.folder, attempt);
    await removeEmptyFolders(this.#folder, dirname(attempt));
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
    // Another one may have taken its place since it was looked at.
    if (copied !== size) throw missingPartsProblem();
  } finally {
    await from.close();
  }
}
