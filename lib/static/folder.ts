import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import type { StaticTarget } from "./target";

/** A folder for nginx or another server: headers are that server's to send (docs/static.md). */
export function folderTarget(folder: string): StaticTarget {
  return {
    name: folder,
    async *list(prefix) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(absent([]));
      for (const entry of entries) {
        if (!entry.isFile() || entry.name.endsWith(TEMPORARY)) continue;
        const path = join(entry.parentPath, entry.name);
        const key = relative(folder, path).split(sep).join("/");
        if (key.startsWith(prefix)) yield { key };
      }
    },
    read: (key) => readFile(join(folder, key)).catch(absent(null)),
    async put(key, bytes, _as, { replace }) {
      const path = join(folder, key);
      const temporary = `${path}.${randomUUID()}${TEMPORARY}`;
      await mkdir(dirname(path), { recursive: true });
      await writeFile(temporary, bytes);
      if (replace) return rename(temporary, path);
      // `rename` would replace; `link` refuses a name that is taken.
      await link(temporary, path)
        .catch((error: unknown) => {
          if (codeOf(error) !== "EEXIST") throw error;
        })
        .finally(() => unlink(temporary));
    },
    remove: (key) => rm(join(folder, key), { force: true }),
  };
}

const TEMPORARY = ".publishing";

function absent<T>(instead: T): (error: unknown) => T {
  return (error) => {
    if (codeOf(error) === "ENOENT") return instead;
    throw error;
  };
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
