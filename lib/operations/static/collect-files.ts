import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join, sep } from "node:path";
import { ENCODINGS } from "./encode";
import { objectKeyOf } from "./manifest";
import { BUILD_PATH_PREFIX } from "./policy";

/** A static file of the build or of `public/`. */
export type StaticFile = {
  /** Its URL path: `/_next/static/chunks/1f2e.js`. */
  address: string;
  /** Standard base64. */
  sha256: string;
  bytes: Buffer;
};

/** `public/` may not use these folders: the build and the manifests do. */
const RESERVED_PATHS = /^\/(_next|_manifests)(\/|$)/;

/**
 * Yields the static files of a deployment, of the build and of `public/`, in the order of their URL
 * paths. Throws if a file of `public/` has the path of a build file or of another file's compressed
 * form.
 */
export async function* collectStaticFiles(root: string): AsyncGenerator<StaticFile> {
  const publicFiles = await listFilesBelow(join(root, "public"), "/");
  const misplaced = publicFiles.find(({ address }) => RESERVED_PATHS.test(address));
  if (misplaced)
    throw new Error(`public${misplaced.address} is in a folder of the build. Move it to another folder.`);
  const built = await listFilesBelow(join(root, ".next/static"), BUILD_PATH_PREFIX);
  refuseNameClash(publicFiles.map(({ address }) => address));
  const files = [...built, ...publicFiles].sort((a, b) => (a.address < b.address ? -1 : 1));
  for (const { address, path } of files) {
    const bytes = await readFile(path);
    yield { address, sha256: sha256Of(bytes), bytes };
  }
}

/** A web server would take `data.csv.gz` for the compressed form of `data.csv`. */
function refuseNameClash(addresses: readonly string[]): void {
  const existing = new Set(addresses);
  for (const address of addresses)
    for (const coding of ENCODINGS) {
      const compressed = `/${objectKeyOf(address, coding)}`;
      if (existing.has(compressed))
        throw new Error(
          `public${compressed} has the name of the compressed public${address}. Rename one of them.`,
        );
    }
}

export function sha256Of(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64");
}

async function listFilesBelow(folder: string, prefix: string): Promise<{ address: string; path: string }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return { address: `${prefix}${path.slice(folder.length + 1).replaceAll(sep, "/")}`, path };
    });
}
