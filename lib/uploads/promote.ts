import { createHash } from "node:crypto";
import type { Deps } from "../deps";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";
import { fields } from "../fields/fields";
import { originalKey, type StoredVariant } from "../files/file";
import { cropSchema } from "../inspect/crop";
import { sniff } from "../inspect/sniff";
import { collect } from "../storage/collect";
import type { Storage } from "../storage/storage";
import type { Attempt } from "./complete";

/** What inspection found, its bytes lying under the attempt's own keys. */
export type Inspected = {
  type: string;
  size: number;
  sha256: string;
  pages?: number;
  picture?: {
    width: number;
    height: number;
    placeholder: string;
    variants: StoredVariant[];
    published: boolean;
  };
};

/** A document up to here is opened to count its pages; a larger one is read as a stream and never held. Bytes. */
export const OPENED_UP_TO = 32 * 1024 * 1024;

/** Brings the bytes to keys that no ticket ever named, verified there. Errors: content_mismatch, unreadable_file, unavailable. */
export async function promote(deps: Deps, attempt: Attempt): Promise<Inspected> {
  const field = fields.get(attempt.upload.field);
  if (!field) throw new Problem("conflict", "This kind of file is no longer asked for.");
  return field.storage === "public" ? promotePicture(deps, attempt) : promoteDocument(deps, attempt);
}

/** A document is copied as it is; what is verified is the copy, which the ticket's holder cannot reach. */
async function promoteDocument({ storages }: Deps, { upload, prefix }: Attempt): Promise<Inspected> {
  const storage = storages.private;
  const key = originalKey({ prefix });
  await storage.copy(upload.key, storage, key, { type: upload.type });
  const { size, sha256, head, bytes } = await readBack(storage, key, Number(upload.size));
  await requireAnnounced(upload, { size, sha256, head });
  const { type } = upload;
  if (!bytes) return { type, size, sha256 };
  const { inspectDocument } = await import("../inspect/document");
  const { pages } = await inspectDocument(bytes, type as MediaType);
  return { type, size, sha256, pages };
}

/** A picture is made anew from the bytes that were verified; of what was sent nothing is kept. */
async function promotePicture(
  { db, storages }: Deps,
  { upload, prefix, publicPrefix }: Attempt,
): Promise<Inspected> {
  const { size, sha256, head, bytes } = await readBack(storages.private, upload.key, Number(upload.size));
  await requireAnnounced(upload, { size, sha256, head });
  if (!bytes) throw new Problem("unreadable_file", "The picture is too large to be opened.");
  const { renderPicture } = await import("../inspect/picture");
  const crop = upload.crop ? cropSchema.parse(upload.crop) : undefined;
  const { rendition, variants, placeholder } = await renderPicture(bytes, crop ? { crop } : {});
  await storages.private.put(originalKey({ prefix }), rendition.data, {
    type: rendition.type,
    size: rendition.data.length,
  });
  const owner = await db.user.findUniqueOrThrow({
    where: { id: upload.ownerId },
    select: { visibility: true },
  });
  const published = owner.visibility === "public";
  for (const { name, data, type } of variants) {
    await storages.private.put(`${prefix}${name}`, data, { type, size: data.length });
    if (published) await storages.public.put(`${publicPrefix}${name}`, data, { type, size: data.length });
  }
  return {
    type: rendition.type,
    size: rendition.data.length,
    sha256: createHash("sha256").update(rendition.data).digest("base64"),
    picture: {
      width: rendition.width,
      height: rendition.height,
      placeholder,
      variants: variants.map(({ name, width, height, type, data }) => ({
        name,
        width,
        height,
        type,
        size: data.length,
      })),
      published,
    },
  };
}

type ReadBack = { size: number; sha256: string; head: Uint8Array; bytes?: Buffer };

/** How much of its beginning tells a file's type. */
const HEAD_BYTES = 4100;

/**
 * Size, SHA-256 and beginning of an object, established by reading it: what the store says of it is not enough everywhere (s3.md).
 * Where the store vouches for the SHA-256 and nobody needs the bytes, only the beginning is read.
 */
async function readBack(storage: Storage, key: string, expected: number): Promise<ReadBack> {
  const stat = await storage.stat(key);
  if (!stat) throw new Problem("not_uploaded", "The file has not arrived yet. Please send it again.");
  // A longer one is not read: it is refused by its size alone.
  if (stat.size !== expected) throw mismatch();
  if (stat.sha256 && stat.size > OPENED_UP_TO) {
    const head = await collect(await storage.read(key, { start: 0, end: HEAD_BYTES - 1 }));
    return { size: stat.size, sha256: stat.sha256, head };
  }
  const hash = createHash("sha256");
  const kept: Buffer[] = [];
  let size = 0;
  for await (const chunk of await storage.read(key)) {
    hash.update(chunk);
    if (stat.size <= OPENED_UP_TO || size < HEAD_BYTES) kept.push(chunk);
    size += chunk.length;
  }
  const bytes = Buffer.concat(kept);
  const head = bytes.subarray(0, HEAD_BYTES);
  return { size, sha256: hash.digest("base64"), head, ...(stat.size <= OPENED_UP_TO ? { bytes } : {}) };
}

async function requireAnnounced(
  upload: { size: bigint; sha256: string | null; type: string },
  { size, sha256, head }: { size: number; sha256: string; head: Uint8Array },
): Promise<void> {
  if (size !== Number(upload.size) || sha256 !== (upload.sha256 ?? sha256)) throw mismatch();
  if ((await sniff(head)) !== upload.type) {
    throw new Problem(
      "content_mismatch",
      "The file is of another kind than its name says. Please choose the original file.",
    );
  }
}

function mismatch(): Problem {
  return new Problem(
    "content_mismatch",
    "What arrived is not the file that was announced. Please choose it again.",
  );
}
