import { createHash } from "node:crypto";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";
import { fields } from "../fields/fields";
import { originalKey, type StoredVariant } from "../files/file";
import { cropSchema } from "../inspect/crop";
import { runAll } from "../run-all";
import type { CompletionAttempt } from "./complete";
import { expectedParts } from "./part-sizes";
import { type DeclaredContent, verifyObject } from "./verify-object";
import type { UploadRow } from "./upload";

/** What inspection found, its bytes lying under the attempt's own keys. */
export type InspectionResult = {
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

/** Brings the bytes to keys that no ticket ever named, verified there. Errors: content_mismatch, unreadable_file, unavailable. */
export async function promoteUpload(deps: AppContext, attempt: CompletionAttempt): Promise<InspectionResult> {
  const field = fields.get(attempt.upload.field);
  if (!field) throw new Problem("conflict", "This kind of file is no longer asked for.");
  return field.storage === "public" ? promotePicture(deps, attempt) : promoteDocument(deps, attempt);
}

/** A document is copied as it is; what is verified is the copy, which the ticket's holder cannot reach. */
async function promoteDocument(deps: AppContext, { upload, receivedBytes: arrived, prefix }: CompletionAttempt): Promise<InspectionResult> {
  const storage = deps.storages.private;
  const key = originalKey({ prefix });
  const { type } = upload;
  await storage.copy(upload.key, storage, key, { type, size: arrived });
  const { size, sha256, bytes } = await verifyObject(storage, key, await findDeclaredContent(deps, upload));
  if (!bytes) return { type, size, sha256 };
  const { inspectDocument } = await import("../inspect/document");
  const { pages } = await inspectDocument(bytes, type as MediaType);
  return { type, size, sha256, pages };
}

/** A picture is made anew from the bytes that were verified; of what was sent nothing is kept. */
async function promotePicture(deps: AppContext, { upload, prefix, publicPrefix }: CompletionAttempt): Promise<InspectionResult> {
  const { db, storages } = deps;
  const { bytes } = await verifyObject(storages.private, upload.key, await findDeclaredContent(deps, upload));
  if (!bytes) throw new Problem("unreadable_file", "The picture is too large to be opened.");
  const { renderPicture } = await import("../inspect/picture");
  const crop = upload.crop ? cropSchema.parse(upload.crop) : undefined;
  const { rendition, variants, placeholder } = await renderPicture(bytes, crop ? { crop } : {});
  const owner = await db.user.findUniqueOrThrow({
    where: { id: upload.ownerId },
    select: { visibility: true },
  });
  const published = owner.visibility === "public";
  const made = [
    { storage: storages.private, key: originalKey({ prefix }), ...rendition },
    ...variants.flatMap((variant) => [
      { storage: storages.private, key: `${prefix}${variant.name}`, ...variant },
      ...(published ? [{ storage: storages.public, key: `${publicPrefix}${variant.name}`, ...variant }] : []),
    ]),
  ];
  await runAll(made, ({ storage, key, data, type }) =>
    storage.put(key, data, { type, size: data.length }),
  );
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

/** What was said of the bytes, by the ticket and by each part. */
async function findDeclaredContent({ db }: Pick<AppContext, "db">, upload: UploadRow): Promise<DeclaredContent> {
  const { sha256, type } = upload;
  const size = Number(upload.size);
  const parts = expectedParts(upload);
  if (!parts) return { size, type, sha256, parts: null };
  const rows = await db.uploadPart.findMany({ where: { uploadId: upload.id } });
  const hashes = new Map(rows.map((row) => [row.number, row.sha256]));
  return {
    size,
    type,
    sha256,
    parts: parts.map(({ number, size }) => {
      const sha256 = hashes.get(number);
      // No part is signed before it is announced: something else has put it there.
      if (sha256 === undefined)
        throw new Problem("not_uploaded", "Not every part was announced. Please send the file again.");
      return { size, sha256 };
    }),
  };
}
