import { constants, type Stats } from "node:fs";
import { access, type FileHandle, mkdir, open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { notFoundProblem } from "../../errors";
import { keyToPath } from "../key";
import { diskProblem, isNotFoundError } from "./errors";

/** The folder of a local storage: each object lies in it under its key. Created when first needed. */
export class LocalRoot {
  readonly folder: string;
  #made: Promise<unknown> | undefined;

  constructor(folder: string) {
    this.folder = resolve(/* turbopackIgnore: true */ folder);
  }

  path(key: string): string {
    return keyToPath(this.folder, key);
  }

  /** Fails with `unavailable` where files can be neither read nor written. */
  async checkAccess(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await access(this.folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
  }

  /** Nothing there; but a root that has gone since, or cannot be entered, is not the same as an empty one. */
  async confirmMissing(): Promise<null> {
    try {
      // Once; but a disk that was full or forbidden then need not be for ever.
      this.#made ??= mkdir(this.folder, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
        this.#made = undefined;
        throw error;
      });
      await this.#made;
      await access(this.folder, constants.R_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
    return null;
  }

  /** Null where there is no such object. */
  async stat(key: string): Promise<Stats | null> {
    const path = this.path(key);
    try {
      const found = await stat(path);
      return found.isFile() ? found : null;
    } catch (error) {
      if (isNotFoundError(error)) return this.confirmMissing();
      throw diskProblem(error);
    }
  }

  /** Fails with `not_found`. */
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
    const found = await file.stat();
    if (found.isFile()) return file;
    await file.close();
    throw notFoundProblem();
  }
}
