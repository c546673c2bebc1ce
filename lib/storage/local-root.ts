import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { pathOf } from "./key";
import { diskProblem } from "./local-errors";

/** The folder of a local storage: each object lies in it under its key. Created when first needed. */
export class LocalRoot {
  readonly folder: string;
  #made: Promise<unknown> | undefined;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  path(key: string): string {
    return pathOf(this.folder, key);
  }

  /** Fails with `unavailable` where files can be neither read nor written. */
  async check(): Promise<void> {
    try {
      await mkdir(this.folder, { recursive: true, mode: 0o700 });
      await access(this.folder, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
  }

  /** Nothing there; but a root that has gone since, or cannot be entered, is not the same as an empty one. */
  async missing(): Promise<null> {
    try {
      this.#made ??= mkdir(this.folder, { recursive: true, mode: 0o700 });
      await this.#made;
      await access(this.folder, constants.R_OK | constants.X_OK);
    } catch (error) {
      throw diskProblem(error);
    }
    return null;
  }
}
