import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../collect";
import type { StaticTarget } from "../target";

/** Every file below these folders and the digest of its bytes, a line each. */
export function hashesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => `${path} ${digestOf(readFileSync(path))}`),
  );
}

/** The same of everything at a target. */
export async function hashesAt(target: StaticTarget): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of target.list("")) {
    const bytes = await target.read(key);
    found.push(`${key} ${bytes ? digestOf(bytes) : "gone"}`);
  }
  return found.sort();
}
