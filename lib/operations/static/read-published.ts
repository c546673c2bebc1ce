import { sha256Of } from "./collect-files";
import { type ContentCoding, decode } from "./encode";
import { type ManifestEntry, objectKeyOf } from "./manifest";
import type { StaticTarget } from "./target";

/**
 * Reads a file in each of its content codings; null if one is missing or does not match the
 * manifest.
 */
export async function readPublishedFile(
  target: StaticTarget,
  address: string,
  entry: ManifestEntry,
): Promise<ReadonlyMap<ContentCoding, Buffer> | null> {
  const codings = new Map<ContentCoding, Buffer>();
  for (const coding of ["identity", ...entry.encodings] as const) {
    const bytes = await target.read(objectKeyOf(address, coding));
    if (!bytes || !(await matchesEntry(bytes, coding, entry))) return null;
    codings.set(coding, bytes);
  }
  return codings;
}

/** Whether the bytes are that file. Compares uncompressed bytes: compressors differ by version. */
export async function matchesEntry(
  bytes: Buffer,
  coding: ContentCoding,
  { size, sha256 }: Pick<ManifestEntry, "size" | "sha256">,
): Promise<boolean> {
  const plain = await decode(coding, bytes, size);
  return plain !== null && sha256Of(plain) === sha256;
}
