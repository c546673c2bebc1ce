import { createHash } from "node:crypto";
import type { AppContext } from "../app-context";
import { runAll } from "../concurrency";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";
import { fields } from "../fields/fields";
import { originalKey, type StoredVariant } from "../files/file";
import { cropSchema } from "../inspect/crop";
import { type Decoder, withDecoder } from "../inspect/decode";
import { isProfilePublic, PUBLICITY_COLUMNS } from "../permissions/read";
import type { CompletionAttempt } from "./attempt";
import { expectedParts } from "./part-sizes";
import { type DeclaredContent, MAX_IN_MEMORY_BYTES, verifyObject } from "./verify-object";

/** The result of an inspection. The bytes are stored under the prefixes of the attempt. */
export type InspectionResult = {
  type: string;
  size: number;
  sha256: string;
  pages?: number;
  /** The number of images that show each page at a readable size. */
  tiles?: number[];
  missingLetters?: boolean;
  picture?: {
    width: number;
    height: number;
    placeholder: string;
    variants: StoredVariant[];
    published: boolean;
  };
};

/**
 * Moves the bytes to keys that no ticket ever named, and verifies them there.
 * Errors: content_mismatch, unreadable_file, unavailable.
 */
export async function promoteUpload(
  context: AppContext,
  attempt: CompletionAttempt,
): Promise<InspectionResult> {
  const field = fields.get(attempt.upload.field);
  if (!field) throw new Problem("conflict", "This type of document is no longer accepted.");
  return field.storage === "public" ? promotePicture(context, attempt) : promoteDocument(context, attempt);
}

/**
 * Copies a document unchanged and verifies the copy, which the signed URL of the ticket cannot
 * reach.
 */
async function promoteDocument(
  context: AppContext,
  { upload, receivedBytes, prefix }: CompletionAttempt,
): Promise<InspectionResult> {
  const storage = context.storages.private;
  const key = originalKey({ prefix });
  const { type } = upload;
  await storage.copy(upload.key, storage, key, { type, size: receivedBytes });
  const declared = await findDeclaredContent(context, upload);
  const inspect = async (decoder?: Decoder) => {
    const { size, sha256, bytes } = await verifyObject(storage, key, declared);
    if (!bytes || !decoder) return { type, size, sha256 };
    const document = await decoder.run("inspectDocument", bytes, { type: type as MediaType });
    return { type, size, sha256, ...document };
  };
  // Nothing of a larger file is held in memory or decoded.
  if (declared.size > MAX_IN_MEMORY_BYTES) return inspect();
  return withDecoder(context.decoders, { person: upload.ownerId, purpose: "inspection" }, inspect);
}

/** Re-encodes a picture from the verified bytes. No uploaded byte is stored unchanged. */
async function promotePicture(
  context: AppContext,
  { upload, prefix, publicPrefix }: CompletionAttempt,
): Promise<InspectionResult> {
  const { db, storages } = context;
  const declared = await findDeclaredContent(context, upload);
  const crop = upload.crop ? cropSchema.parse(upload.crop) : undefined;
  const { rendition, variants, placeholder } = await withDecoder(
    context.decoders,
    { person: upload.ownerId, purpose: "inspection" },
    async (decoder) => {
      const { bytes } = await verifyObject(storages.private, upload.key, declared);
      if (!bytes) throw new Problem("unreadable_file", "The picture is too large to be opened.");
      return decoder.run("renderPicture", bytes, { crop });
    },
  );
  const owner = await db.user.findUniqueOrThrow({
    where: { id: upload.ownerId },
    select: PUBLICITY_COLUMNS,
  });
  const published = isProfilePublic(owner);
  const objects = [
    { storage: storages.private, key: originalKey({ prefix }), ...rendition },
    ...variants.flatMap((variant) => [
      { storage: storages.private, key: `${prefix}${variant.name}`, ...variant },
      ...(published ? [{ storage: storages.public, key: `${publicPrefix}${variant.name}`, ...variant }] : []),
    ]),
  ];
  await runAll(objects, ({ storage, key, data, type }) =>
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

/** Returns the content that the ticket and the part requests declared. */
async function findDeclaredContent({ db }: Pick<AppContext, "db">, upload: Upload): Promise<DeclaredContent> {
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
      // The server signs no undeclared part: these bytes came another way.
      if (sha256 === undefined)
        throw new Problem(
          "not_uploaded",
          "A part of the file was not declared. Please upload the file again.",
        );
      return { size, sha256 };
    }),
  };
}
