import { sha256Of } from "./collect-files";
import { decode, type ContentCoding } from "./encode";
import { type ManifestEntry, objectKeyOf } from "./manifest";
import type { StaticTarget } from "./target";

/** A published file in each of its forms; null where one is missing, cut off, or of other bytes than its manifest says. */
export async function readPublishedFile(
  target: StaticTarget,
  address: string,
  entry: ManifestEntry,
): Promise<ReadonlyMap<ContentCoding, Buffer> | null> {
  const forms = new Map<ContentCoding, Buffer>();
  for (const form of ["identity", ...entry.encodings] as const) {
    const bytes = await target.read(objectKeyOf(address, form));
    if (!bytes || !(await matchesEntry(bytes, form, entry))) return null;
    forms.set(form, bytes);
  }
  return forms;
}

/** Whether these bytes are that file, packed so. Another version of a packer may have made them: what counts is what comes out. */
export async function matchesEntry(
  bytes: Buffer,
  form: ContentCoding,
  { size, sha256 }: Pick<ManifestEntry, "size" | "sha256">,
): Promise<boolean> {
  const plain = await decode(form, bytes, size);
  return plain !== null && sha256Of(plain) === sha256;
}
