import { digestOf } from "./collect";
import { decode, type Form } from "./encode";
import { type Entry, keyOf } from "./manifest";
import type { StaticTarget } from "./target";

/** A published file in each of its forms; null where one is missing, cut off, or of other bytes than its manifest says. */
export async function readWhole(
  target: StaticTarget,
  address: string,
  entry: Entry,
): Promise<ReadonlyMap<Form, Buffer> | null> {
  const forms = new Map<Form, Buffer>();
  for (const form of ["identity", ...entry.encodings] as const) {
    const bytes = await target.read(keyOf(address, form));
    if (!bytes || !(await holds(bytes, form, entry))) return null;
    forms.set(form, bytes);
  }
  return forms;
}

/** Whether these bytes are that file, packed so. Another version of a packer may have made them: what counts is what comes out. */
export async function holds(
  bytes: Buffer,
  form: Form,
  { size, sha256 }: Pick<Entry, "size" | "sha256">,
): Promise<boolean> {
  const plain = await decode(form, bytes, size);
  return plain !== null && digestOf(plain) === sha256;
}
