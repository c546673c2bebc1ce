import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { syncFolder } from "../../storage/local/files";
import type { StaticTarget } from "./target";

/**
 * Creates a target for the folder of a web server. That server sets the headers (docs/static.md).
 */
export function createFolderTarget(folder: string): StaticTarget {
  return {
    name: folder,
    isDurable: false,
    async *list(prefix) {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(
        ignoreMissing([]),
      );
      for (const entry of entries) {
        if (!entry.isFile() || entry.name.endsWith(TEMP_SUFFIX)) continue;
        const path = join(entry.parentPath, entry.name);
        const key = relative(folder, path).split(sep).join("/");
        if (key.startsWith(prefix)) yield { key };
      }
    },
    read: (key) => readFile(join(folder, key)).catch(ignoreMissing(null)),
    async put(key, bytes, _as, { replace }) {
      const path = resolve(folder, key);
      const temporary = `${path}.${randomUUID()}${TEMP_SUFFIX}`;
      const firstCreated = await mkdir(dirname(path), { recursive: true });
      try {
        // Flush the bytes first: after a power cut the name could exist without them.
        await writeFile(temporary, bytes, { flush: true });
        // `rename` replaces; `link` fails if the name exists.
        await (replace ? rename : link)(temporary, path);
      } catch (error) {
        if (!replace && errnoCodeOf(error) === "EEXIST") return false;
        throw error;
      } finally {
        await rm(temporary, { force: true });
      }
      await syncFoldersUpTo(dirname(path), firstCreated);
      return true;
    },
    remove: (key) => rm(join(folder, key), { force: true }),
  };
}

const TEMP_SUFFIX = ".publishing";

/** Makes a new name in `lowest` durable, and the names of the folders created for it. */
async function syncFoldersUpTo(lowest: string, firstCreated: string | undefined): Promise<void> {
  const highest = firstCreated === undefined ? lowest : dirname(resolve(firstCreated));
  for (let folder = lowest; folder.length >= highest.length; folder = dirname(folder))
    await syncFolder(folder);
}

function ignoreMissing<T>(fallback: T): (error: unknown) => T {
  return (error) => {
    if (errnoCodeOf(error) === "ENOENT") return fallback;
    throw error;
  };
}

function errnoCodeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
