import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

const MB = 1024 * 1024;

/** Writes random bytes after a PDF header. The server does not open documents of this size. */
export async function createLargeDocument(path: string, megabytes: number): Promise<Buffer> {
  const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(megabytes * MB - 9)]);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return bytes;
}
