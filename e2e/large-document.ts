import { randomBytes } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";

const MB = 1024 * 1024;

/** A document that travels in parts: a PDF by its mark, and nothing that repeats. Documents of this size are not opened. */
export async function createLargeDocument(path: string, megabytes: number): Promise<Buffer> {
  const bytes = Buffer.concat([Buffer.from("%PDF-1.7\n"), randomBytes(megabytes * MB - 9)]);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return bytes;
}
