import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { mapConcurrently } from "../../../concurrency";
import { sha256Of } from "../collect-files";
import { createFolderTarget } from "../folder-target";
import { staticPolicyOf } from "../policy";
import type { StaticTarget } from "../target";
import { listKeys } from "./test-site";

const CONCURRENCY = 16;

/** Returns one line with path and digest for every file under these folders. */
export function hashFolders(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => `${path} ${sha256Of(readFileSync(path))}`),
  );
}

/** Returns one line with key and digest for every object at a target. */
export async function hashTarget(target: StaticTarget): Promise<string[]> {
  return mapConcurrently(await listKeys(target), CONCURRENCY, async (key) => {
    const bytes = await target.read(key);
    return `${key} ${bytes ? sha256Of(bytes) : "missing"}`;
  });
}

/** Copies a published folder to another target, which is faster than compressing it again. */
export async function copyFolderTo(folder: string, target: StaticTarget): Promise<void> {
  const source = createFolderTarget(folder);
  await mapConcurrently(await listKeys(source), CONCURRENCY, async (key) => {
    const { contentType, cacheControl } = staticPolicyOf(`/${key}`);
    const bytes = await source.read(key);
    if (bytes) await target.put(key, bytes, { contentType, cacheControl }, { replace: false });
  });
}
