import { createHash, randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MiB } from "../../lib/fields/field";

export type SampleFile = { file: string; size: number; sha256: string; remove(): void };

/** Creates a file of `size` incompressible bytes that begins with a PDF header. */
export function createSampleFile(size: number): SampleFile {
  const folder = mkdtempSync(join(tmpdir(), "dossier-sample-"));
  const file = join(folder, "sample.pdf");
  const hash = createHash("sha256");
  const descriptor = openSync(file, "w");
  for (let written = 0; written < size; written += MiB) {
    const chunk = randomBytes(Math.min(MiB, size - written));
    if (written === 0) chunk.write("%PDF-1.7\n");
    hash.update(chunk);
    writeSync(descriptor, chunk);
  }
  closeSync(descriptor);
  const remove = () => rmSync(folder, { recursive: true, force: true });
  return { file, size, sha256: hash.digest("base64"), remove };
}
