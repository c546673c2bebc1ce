import { opendir, stat } from "node:fs/promises";
import { join } from "node:path";
import { bytewise } from "../key";
import { diskProblem, isMissing } from "./errors";

export type LocalPlace = {
  /** The objects lie below. */
  folder: string;
  /** Called where a folder is not there (any more); throws where that means more than "nothing". */
  missing: () => Promise<unknown>;
};

/**
 * How many names of a folder are held at once, at the first look and at every further one. A folder that holds more is read again for each
 * further range of names: a million names in ten passes of about a second, where all of them at once would be 100 MB.
 */
const HELD = { first: 1_000, next: 100_000 };
/** Files and folders that are looked into at once. */
const AHEAD = 32;

type Listed = { key: string; size: number; modifiedAt: Date };
/** Names of a folder in ascending order; one that ends in a slash is a folder. `more`: there are further ones behind the last. */
type Page = { folder: string; names: string[]; more: boolean };
type Held = typeof HELD;

/** Every object whose key starts with `prefix`, in ascending byte order of keys, in memory that does not grow with their number. */
export async function* listFiles(
  place: LocalPlace,
  prefix: string,
  held: Held = HELD,
): AsyncGenerator<Listed> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
  const beginning = prefix.slice(folder.length);
  const read = (after: string, limit: number) => readPage(place, folder, { beginning, after, limit });
  yield* walk(place, await read("", held.first), held, read);
}

async function* walk(
  place: LocalPlace,
  first: Page,
  held: Held,
  read: (after: string, limit: number) => Promise<Page>,
): AsyncGenerator<Listed> {
  for (let page = first; ; page = await read(page.names.at(-1) ?? "", held.next)) {
    for (let at = 0; at < page.names.length; at += AHEAD) {
      const names = page.names.slice(at, at + AHEAD);
      for (const found of await Promise.all(names.map((name) => look(place, page.folder + name, held)))) {
        if (found === null) continue;
        if ("key" in found) yield found;
        else
          yield* walk(place, found, held, (after, limit) =>
            readPage(place, found.folder, { beginning: "", after, limit }),
          );
      }
    }
    if (!page.more) return;
  }
}

async function look(place: LocalPlace, name: string, held: Held): Promise<Listed | Page | null> {
  if (name.endsWith("/")) return readPage(place, name, { beginning: "", after: "", limit: held.first });
  try {
    const found = await stat(join(place.folder, name));
    return found.isFile() ? { key: name, size: found.size, modifiedAt: found.mtime } : null;
  } catch (error) {
    return nothing(place, error, null);
  }
}

/** The first `limit` names behind `after`. With its slash a folder sorts where its keys belong: `a-b` before `a/c` before `a0`. */
async function readPage(
  place: LocalPlace,
  folder: string,
  { beginning, after, limit }: { beginning: string; after: string; limit: number },
): Promise<Page> {
  const names: string[] = [];
  const page = { folder, names, more: false };
  let last: string | undefined;
  const cut = () => {
    names.sort(bytewise);
    if (names.length <= limit) return;
    names.length = limit;
    last = names.at(-1);
    page.more = true;
  };
  try {
    for await (const entry of await opendir(join(place.folder, folder), { bufferSize: 1024 })) {
      // What is no object: files being written.
      if (entry.name.startsWith(".")) continue;
      const name = entry.isDirectory() ? `${entry.name}/` : entry.name;
      if (!name.startsWith(beginning) || bytewise(name, after) <= 0) continue;
      if (last !== undefined && bytewise(name, last) > 0) continue;
      names.push(name);
      if (names.length >= 2 * limit) cut();
    }
  } catch (error) {
    return nothing(place, error, { folder, names: [], more: false });
  }
  cut();
  return page;
}

async function nothing<T>(place: LocalPlace, error: unknown, empty: T): Promise<T> {
  if (!isMissing(error)) throw diskProblem(error);
  await place.missing();
  return empty;
}
