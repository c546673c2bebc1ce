import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { compareBytes } from "../key";
import { diskProblem, isNotFoundError } from "./errors";

export type ListRoot = {
  /** The objects lie below. */
  folder: string;
  /** Called where a folder is not there (any more); throws where that means more than "nothing". */
  confirmMissing: () => Promise<unknown>;
};

/**
 * How many names of a folder are held at once, at the first look and at every further one. A folder that holds more is read again for each
 * further range of names: a million names in ten passes of about a second, where all of them at once would be 100 MB.
 */
const NAME_LIMITS = { first: 1_000, next: 100_000 };
/** Files and folders that are looked into at once. */
const CONCURRENCY = 32;

type ListedObject = { key: string; size: number; modifiedAt: Date };
/** Names of a folder in ascending order; one that ends in a slash is a folder. `more`: there are further ones behind the last. */
type Page = { folder: string; names: string[]; hasMore: boolean };
type NameLimits = typeof NAME_LIMITS;

/** Every object whose key starts with `prefix`, in ascending byte order of keys, in memory that does not grow with their number. */
export async function* listFiles(
  place: ListRoot,
  prefix: string,
  held: NameLimits = NAME_LIMITS,
): AsyncGenerator<ListedObject> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const beginning = prefix.slice(folder.length);
  const read = (after: string, limit: number) => readPage(place, folder, { beginning, after, limit });
  yield* walkPages(place, await read("", held.first), held, read);
}

async function* walkPages(
  place: ListRoot,
  first: Page,
  held: NameLimits,
  read: (after: string, limit: number) => Promise<Page>,
): AsyncGenerator<ListedObject> {
  for (let page = first; ; page = await read(page.names.at(-1) ?? "", held.next)) {
    for (let at = 0; at < page.names.length; at += CONCURRENCY) {
      const names = page.names.slice(at, at + CONCURRENCY);
      for (const found of await Promise.all(names.map((name) => readEntry(place, page.folder + name, held)))) {
        if (found === null) continue;
        if ("key" in found) yield found;
        else
          yield* walkPages(place, found, held, (after, limit) =>
            readPage(place, found.folder, { beginning: "", after, limit }),
          );
      }
    }
    if (!page.hasMore) return;
  }
}

async function readEntry(place: ListRoot, name: string, held: NameLimits): Promise<ListedObject | Page | null> {
  if (name.endsWith("/")) return readPage(place, name, { beginning: "", after: "", limit: held.first });
  try {
    const found = await stat(join(place.folder, name));
    return found.isFile() ? { key: name, size: found.size, modifiedAt: found.mtime } : null;
  } catch (error) {
    return emptyIfMissing(place, error, null);
  }
}

/** The first `limit` names behind `after`. With its slash a folder sorts where its keys belong: `a-b` before `a/c` before `a0`. */
async function readPage(
  place: ListRoot,
  folder: string,
  { beginning, after, limit }: { beginning: string; after: string; limit: number },
): Promise<Page> {
  const names: string[] = [];
  const page = { folder, names, hasMore: false };
  let last: string | undefined;
  const cut = () => {
    names.sort(compareBytes);
    if (names.length <= limit) return;
    names.length = limit;
    last = names.at(-1);
    page.hasMore = true;
  };
  try {
    for await (const entry of await opendir(join(place.folder, folder), { bufferSize: 1024 })) {
      // What is no object: files being written.
      if (entry.name.startsWith(".")) continue;
      const name = entry.isDirectory() ? `${entry.name}/` : entry.name;
      if (!name.startsWith(beginning) || compareBytes(name, after) <= 0) continue;
      if (last !== undefined && compareBytes(name, last) > 0) continue;
      names.push(name);
      if (names.length >= 2 * limit) cut();
    }
  } catch (error) {
    return emptyIfMissing(place, error, { folder, names: [], hasMore: false });
  }
  cut();
  return page;
}

async function emptyIfMissing<T>(place: ListRoot, error: unknown, empty: T): Promise<T> {
  if (!isNotFoundError(error)) throw diskProblem(error);
  await place.confirmMissing();
  return empty;
}
