import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { ENCODINGS } from "./encode";
import { keyOf } from "./manifest";
import { BUILT } from "./policy";

/** A static file as it lies in the build or in `public/`. */
export type StaticFile = {
  /** On the site: `/_next/static/chunks/1f2e.js`. */
  address: string;
  /** Standard base64. */
  sha256: string;
  bytes: Buffer;
};

/** First segments that `public/` may not use: there lie the build's files and the manifests. */
const TAKEN = /^\/(_next|_manifests)(\/|$)/;

/**
 * What a deployment serves as it is: the build's files and those of `public/`, in the order of their addresses. Throws where a file of
 * `public/` would lie among the build's, or where the packed form of another lies.
 */
export async function* collectStatic(root: string): AsyncGenerator<StaticFile> {
  const own = await addressesBelow(join(root, "public"), "/");
  const misplaced = own.find(({ address }) => TAKEN.test(address));
  if (misplaced) throw new Error(`public${misplaced.address} would lie among the files of the build.`);
  const built = await addressesBelow(join(root, ".next/static"), BUILT);
  refuseShared(own.map(({ address }) => address));
  const found = [...built, ...own].sort((one, other) => (one.address < other.address ? -1 : 1));
  for (const { address, path } of found) {
    const bytes = await readFile(path);
    yield { address, sha256: digestOf(bytes), bytes };
  }
}

/** Whether `data.csv` is packed or not: a server of the folder would take a `data.csv.gz` beside it for its packed form. */
function refuseShared(addresses: readonly string[]): void {
  const there = new Set(addresses);
  for (const address of addresses)
    for (const form of ENCODINGS) {
      const packed = `/${keyOf(address, form)}`;
      if (there.has(packed))
        throw new Error(
          `public${packed} lies where public${address} is kept packed. Please give one another name.`,
        );
    }
}

export function digestOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64");
}

async function addressesBelow(folder: string, at: string): Promise<{ address: string; path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { address: `${at}${path.slice(folder.length + 1).replaceAll(sep, "/")}`, path };
    });
}
