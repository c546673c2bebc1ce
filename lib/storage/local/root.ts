import { constants, type Stats } from "node:fs";
import { access, type FileHandle, mkdir, open, stat, statfs } from "node:fs/promises";
import { resolve } from "node:path";
import { notFoundProblem } from "../../errors";
import { keyToPath } from "../key";
import { diskProblem, isNotFoundError } from "./errors";

/**
 * The database may be on the same disk. This much stays free for it, on a small disk a twentieth.
 */
const RESERVED_BYTES = 1024 ** 3;
const RESERVED_SHARE = 1 / 20;

/** The folder of a local storage. The path of an object in it is its key. Created on first use. */
export class LocalRoot {
  readonly folder: string;
  #creation: Promise<unknown> | undefined;

  constructor(folder: string) {
    this.folder = resolve(/* turbopackIgnore: true */ folder);
  }

  path(key: string): string {
    return keyToPath(this.folder, key);
  }

  /** Fails with `unavailable` if the folder cannot be read and written. */
  async checkAccess(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await access(this.folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
  }

  /**
   * Returns null if the root exists, so that a missing file really does not exist. Fails with
   * `unavailable` if the root has disappeared or cannot be entered.
   */
  async confirmMissing(): Promise<null> {
    try {
      // Created once per process. A failure is not cached, because its cause may go away.
      this.#creation ??= mkdir(this.folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        this.#creation = undefined;
        throw error;
      });
      await this.#creation;
      await access(this.folder, constants.R_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
    return null;
  }

  /** Returns the free bytes of the disk without a reserve. Fails with `unavailable`. */
  async usableSpace(): Promise<number> {
    await this.checkAccess();
    try {
      const { bavail, blocks, bsize } = await statfs(this.folder);
      return bavail * bsize - Math.min(RESERVED_BYTES, blocks * bsize * RESERVED_SHARE);
    } catch (error) {
      throw diskProblem(error);
    }
  }

  /** Returns null if no object exists. */
  async stat(key: string): Promise<Stats | null> {
    const path = this.path(key);
    try {
      const stats = await stat(path);
      return stats.isFile() ? stats : null;
    } catch (error) {
      if (isNotFoundError(error)) return this.confirmMissing();
      throw diskProblem(error);
    }
  }

  /** Opens the object for reading. Fails with `not_found`. */
  async open(key: string): Promise<FileHandle> {
    const path = this.path(key);
    let file: FileHandle;
    try {
      file = await open(path, "r");
    } catch (error) {
      if (!isNotFoundError(error)) throw diskProblem(error);
      await this.confirmMissing();
      throw notFoundProblem();
    }
    const stats = await file.stat();
    if (stats.isFile()) return file;
    await file.close();
    throw notFoundProblem();
  }
}
