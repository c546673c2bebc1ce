import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sha256Of } from "../collect-files";
import { createFolderTarget } from "../folder-target";
import { staticPolicyOf } from "../policy";
import type { StaticTarget } from "../target";
import { listKeys } from "./test-site";

/** Every file below these folders and the digest of its bytes, a line each. */
export function hashFolders(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => `${path} ${sha256Of(readFileSync(path))}`),
  );
}

/** The same of everything at a target. */
export async function hashTarget(target: StaticTarget): Promise<string[]> {
  return mapInBatches(await listKeys(target), async (key) => {
    const bytes = await target.read(key);
    return `${key} ${bytes ? sha256Of(bytes) : "gone"}`;
  });
}

/** Puts what was published to a folder into another place as well: quicker than to pack it anew. */
export async function copyFolderTo(folder: string, to: StaticTarget): Promise<void> {
  const from = createFolderTarget(folder);
  await mapInBatches(await listKeys(from), async (key) => {
    const { contentType, cacheControl } = staticPolicyOf(`/${key}`);
    const bytes = await from.read(key);
    if (bytes) await to.put(key, bytes, { contentType, cacheControl }, { replace: false });
  });
}

/** Does the same with each, sixteen at a time; what comes of it, in their order. */
export async function mapInBatches<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < all.length; from += 16)
    done.push(...(await Promise.all(all.slice(from, from + 16).map(work))));
  return done;
}
