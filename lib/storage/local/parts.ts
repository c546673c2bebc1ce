import { randomBytes, randomUUID } from "node:crypto";
import type { Dirent, Stats } from "node:fs";
import { type FileHandle, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import type { Clock } from "../../clock";
import { notFound } from "../../errors";
import { checkPrefix, pathOf } from "../key";
import { arrived, checkNumber, checkOrder, notArrived } from "../parts";
import type { Part, Unfinished } from "../storage";
import { conflict, diskProblem, isMissing, onDisk } from "./errors";
import { linkNew, makeFolder, removeEmpty, syncFolder } from "./files";
import type { LocalRoot } from "./root";
import { discardFolder, removeStale, writeNew, writeTemp } from "./temps";

/** When it began, in milliseconds to the base of 36, and 128 random bits. */
const ID = /^([0-9a-z]{1,9})-[0-9a-f]{32}$/;
const CHUNK = 1024 * 1024;
/** Milliseconds after which a joined file that nobody writes to has been left by a process that was killed. By the disk's clock, as its times are. */
const JOINING = 60 * 60 * 1000;

/**
 * Objects that arrive in parts. An attempt is the folder `.parts/<key>/.<id>`, which no key can name; a part is a file in it, called by its number,
 * whole and durable from the moment that it has its name. Joining reads each part once and writes the object once; until the object has its name
 * the parts stay, and after that the folder goes at once, so that a process killed anywhere leaves what can be completed or aborted.
 */
export class LocalParts {
  readonly #root: LocalRoot;
  readonly #folder: string;
  readonly #clock: Clock;

  constructor(root: LocalRoot, clock: Clock) {
    this.#root = root;
    this.#folder = join(root.folder, ".parts");
    this.#clock = clock;
  }

  async begin(key: string): Promise<string> {
    const id = `${this.#clock.now().getTime().toString(36)}-${randomBytes(16).toString("hex")}`;
    await onDisk(makeFolder(this.#root.folder, join(pathOf(this.#folder, key), `.${id}`)));
    return id;
  }

  /** Takes in exactly these bytes, or nothing. Fails with `content_mismatch`, and with `not_found` where the attempt is over. */
  async receive(
    key: string,
    id: string,
    number: number,
    body: AsyncIterable<Uint8Array>,
    expected: { size: number; sha256: string },
  ): Promise<void> {
    const attempt = this.#attempt(key, id);
    if (!attempt || !(await isThere(attempt))) throw notFound();
    const temp = await writeTemp(this.#root.folder, body, expected);
    try {
      await rename(temp, join(attempt, String(checkNumber(number))));
      await syncFolder(attempt);
    } catch (error) {
      await unlink(temp).catch(() => undefined);
      throw isMissing(error) ? notFound() : diskProblem(error);
    }
  }

  async list(key: string, id: string): Promise<Part[] | null> {
    const attempt = this.#attempt(key, id);
    if (!attempt) return null;
    try {
      const names = (await readdir(attempt)).filter((name) => /^[1-9]\d*$/.test(name));
      const parts: Part[] = [];
      for (const name of names)
        parts.push({ number: Number(name), size: (await stat(join(attempt, name))).size });
      return parts.sort((one, other) => one.number - other.number);
    } catch (error) {
      if (isMissing(error)) return this.#root.missing();
      throw diskProblem(error);
    }
  }

  async complete(key: string, id: string, parts: readonly Part[]): Promise<void> {
    checkOrder(parts);
    const attempt = this.#attempt(key, id);
    const found = await this.list(key, id);
    if (!attempt || !found) throw notFound();
    const path = this.#root.path(key);
    try {
      // An earlier call may have been stopped between naming the object and ending the attempt.
      if (!(await this.#isJoined(attempt, path))) {
        arrived(found, parts);
        await this.#join(attempt, path, parts);
      }
      await this.#end(attempt);
    } catch (error) {
      if (await isThere(attempt)) throw diskProblem(error);
      // Somebody else completed or aborted it meanwhile, and pulled the files away from under this call.
      await this.#root.missing();
      throw notFound();
    }
  }

  async abort(key: string, id: string): Promise<void> {
    const attempt = this.#attempt(key, id);
    if (!attempt) return;
    if (!(await isThere(attempt))) {
      await this.#root.missing();
      return;
    }
    await this.#end(attempt).catch((error: unknown) => {
      // Somebody else was faster.
      if (!isMissing(error)) throw diskProblem(error);
    });
  }

  async *unfinished(prefix: string): AsyncGenerator<Unfinished> {
    yield* this.#below("", checkPrefix(prefix));
  }

  async *#below(key: string, prefix: string): AsyncGenerator<Unfinished> {
    const entries = await readdir(join(this.#folder, key), { withFileTypes: true }).catch(
      async (error: unknown): Promise<Dirent[]> => {
        if (!isMissing(error)) throw diskProblem(error);
        await this.#root.missing();
        return [];
      },
    );
    for (const { name } of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const id = name.slice(1);
      const [, begun] = name.startsWith(".") ? (ID.exec(id) ?? []) : [];
      if (begun && key.startsWith(prefix))
        yield { key, multipartId: id, begunAt: new Date(Number.parseInt(begun, 36)) };
      if (name.startsWith(".")) continue;
      const next = key === "" ? name : `${key}/${name}`;
      if (next.startsWith(prefix) || prefix.startsWith(`${next}/`)) yield* this.#below(next, prefix);
    }
  }

  /** Null for what was never the name of an attempt here. */
  #attempt(key: string, id: string): string | null {
    const folder = pathOf(this.#folder, key);
    // Not `join`: a build that traces files takes it for access to any file of the project.
    return ID.test(id) ? `${folder}${sep}.${id}` : null;
  }

  /** The joined file has two names until the attempt ends: its own in the attempt, and the object's. Any other object is a `conflict`. */
  async #isJoined(attempt: string, path: string): Promise<boolean> {
    const names = (await readdir(attempt)).filter((name) => name.startsWith("joined-"));
    const object = await isThere(path);
    if (!object) return false;
    for (const name of names) if ((await isThere(join(attempt, name)))?.ino === object.ino) return true;
    throw conflict();
  }

  async #join(attempt: string, path: string, parts: readonly Part[]): Promise<void> {
    const before = new Date(Date.now() - JOINING);
    await removeStale(attempt, before, (name) => name.startsWith("joined-"));
    const joined = join(attempt, `joined-${randomUUID()}`);
    await writeNew(joined, async (file) => {
      const buffer = Buffer.allocUnsafe(CHUNK);
      for (const part of parts) await append(file, join(attempt, String(part.number)), part, buffer);
    });
    try {
      await linkNew(this.#root.folder, joined, path);
    } catch (error) {
      await unlink(joined).catch(() => undefined);
      // Where two calls were under way at once, the other one's file is as good.
      if (!(await this.#isJoined(attempt, path))) throw error;
    }
  }

  async #end(attempt: string): Promise<void> {
    await discardFolder(this.#root.folder, attempt);
    await removeEmpty(this.#folder, dirname(attempt));
  }
}

async function isThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (!isMissing(error)) throw diskProblem(error);
  }
}

async function append(to: FileHandle, path: string, { size }: Part, buffer: Buffer): Promise<void> {
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
    if (copied !== size) throw notArrived();
  } finally {
    await from.close();
  }
}
