import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareBytes } from "../key";
import type { ListedObject } from "../storage";
import { diskProblem, isNotFoundError } from "./errors";

export type ListRoot = {
  /** Folder that contains the objects. */
  folder: string;
  /** Called if a folder does not exist. Throws if the storage itself is missing. */
  confirmMissing: () => Promise<unknown>;
};

/**
 * How many names of a folder are in memory: on the first page, and on each further page. Each
 * further page reads the folder again: a million names take ten passes of about a second, while
 * all names at once would take 100 MB.
 */
const NAME_LIMITS = { first: 1_000, next: 100_000 };
/** How many files and folders are read concurrently. */
const CONCURRENCY = 32;

/** Names of a folder in ascending order. Names of folders end in a slash. */
type Page = { folder: string; names: string[]; hasMore: boolean };
type NameLimits = typeof NAME_LIMITS;

/**
 * Lists the objects under `prefix` in byte order, in memory that does not grow with their number.
 */
export async function* listFiles(
  root: ListRoot,
  prefix: string,
  limits: NameLimits = NAME_LIMITS,
): AsyncGenerator<ListedObject> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const namePrefix = prefix.slice(folder.length);
  const read = (after: string, limit: number) => readPage(root, folder, { namePrefix, after, limit });
  yield* walkPages(root, await read("", limits.first), limits, read);
}

async function* walkPages(
  root: ListRoot,
  firstPage: Page,
  limits: NameLimits,
  read: (after: string, limit: number) => Promise<Page>,
): AsyncGenerator<ListedObject> {
  for (let page = firstPage; ; page = await read(page.names.at(-1) ?? "", limits.next)) {
    for (let start = 0; start < page.names.length; start += CONCURRENCY) {
      const names = page.names.slice(start, start + CONCURRENCY);
      const entries = await Promise.all(names.map((name) => readEntry(root, page.folder + name, limits)));
      for (const entry of entries) {
        if (entry === null) continue;
        if ("key" in entry) yield entry;
        else
          yield* walkPages(root, entry, limits, (after, limit) =>
            readPage(root, entry.folder, { namePrefix: "", after, limit }),
          );
      }
    }
    if (!page.hasMore) return;
  }
}

async function readEntry(
  root: ListRoot,
  name: string,
  limits: NameLimits,
): Promise<ListedObject | Page | null> {
  if (name.endsWith("/")) return readPage(root, name, { namePrefix: "", after: "", limit: limits.first });
  try {
    const stats = await stat(join(root.folder, name));
    return stats.isFile() ? { key: name, size: stats.size, modifiedAt: stats.mtime } : null;
  } catch (error) {
    return emptyIfMissing(root, error, null);
  }
}

/**
 * Reads the first `limit` names after `after`. The slash sorts a folder where its keys belong:
 * `a-b` before `a/c` before `a0`.
 */
async function readPage(
  root: ListRoot,
  folder: string,
  { namePrefix, after, limit }: { namePrefix: string; after: string; limit: number },
): Promise<Page> {
  const names: string[] = [];
  const page = { folder, names, hasMore: false };
  let last: string | undefined;
  const truncate = () => {
    names.sort(compareBytes);
    if (names.length <= limit) return;
    names.length = limit;
    last = names.at(-1);
    page.hasMore = true;
  };
  try {
    for await (const entry of await opendir(join(root.folder, folder), { bufferSize: 1024 })) {
      // Temporary files and parts, which no key can name.
      if (entry.name.startsWith(".")) continue;
      const name = entry.isDirectory() ? `${entry.name}/` : entry.name;
      if (!name.startsWith(namePrefix) || compareBytes(name, after) <= 0) continue;
      if (last !== undefined && compareBytes(name, last) > 0) continue;
      names.push(name);
      if (names.length >= 2 * limit) truncate();
    }
  } catch (error) {
    return emptyIfMissing(root, error, { folder, names: [], hasMore: false });
  }
  truncate();
  return page;
}

async function emptyIfMissing<T>(root: ListRoot, error: unknown, empty: T): Promise<T> {
  if (!isNotFoundError(error)) throw diskProblem(error);
  await root.confirmMissing();
  return empty;
}
