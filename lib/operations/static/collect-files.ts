import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { ENCODINGS } from "./encode";
import { objectKeyOf } from "./manifest";
import { BUILD_PATH_PREFIX } from "./policy";

/** A static file as it lies in the build or in `public/`. */
export type StaticFile = {
  /** On the site: `/_next/static/chunks/1f2e.js`. */
  address: string;
  /** Standard base64. */
  sha256: string;
  bytes: Buffer;
};

/** First segments that `public/` may not use: there lie the build's files and the manifests. */
const RESERVED_PATHS = /^\/(_next|_manifests)(\/|$)/;

/**
 * What a deployment serves as it is: the build's files and those of `public/`, in the order of their addresses. Throws where a file of
 * `public/` would lie among the build's, or where the packed form of another lies.
 */
export async function* collectStaticFiles(root: string): AsyncGenerator<StaticFile> {
  const own = await listFilesBelow(join(root, "public"), "/");
  const misplaced = own.find(({ address }) => RESERVED_PATHS.test(address));
  if (misplaced) throw new Error(`public${misplaced.address} would lie among the files of the build.`);
  const built = await listFilesBelow(join(root, ".next/static"), BUILD_PATH_PREFIX);
  refuseNameClash(own.map(({ address }) => address));
  const found = [...built, ...own].sort((one, other) => (one.address < other.address ? -1 : 1));
  for (const { address, path } of found) {
    const bytes = await readFile(path);
    yield { address, sha256: sha256Of(bytes), bytes };
  }
}

/** Whether `data.csv` is packed or not: a server of the folder would take a `data.csv.gz` beside it for its packed form. */
function refuseNameClash(addresses: readonly string[]): void {
  const there = new Set(addresses);
  for (const address of addresses)
    for (const form of ENCODINGS) {
      const packed = `/${objectKeyOf(address, form)}`;
      if (there.has(packed))
        throw new Error(
          `public${packed} lies where public${address} is kept packed. Please give one another name.`,
        );
    }
}

export function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64");
}

async function listFilesBelow(folder: string, at: string): Promise<{ address: string; path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { address: `${at}${path.slice(folder.length + 1).replaceAll(sep, "/")}`, path };
    });
}
