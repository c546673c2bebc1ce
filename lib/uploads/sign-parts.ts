import { z } from "zod";
import type { AppContext } from "../app-context";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";
import type { Viewer } from "../permissions/viewer";
import type { SignedRequest } from "../storage/storage";
import { ensureMultipartUpload } from "./ensure-multipart-upload";
import { expectedParts } from "./part-sizes";
import { sha256Schema } from "./ticket";
import { findOwnUpload } from "./upload";

const MAX_PARTS_PER_REQUEST = 100;

export const partsRequestSchema = z.strictObject({
  parts: z
    .array(z.strictObject({ number: z.int().min(1), size: z.int().min(1), sha256: sha256Schema }))
    .min(1)
    .max(MAX_PARTS_PER_REQUEST)
    .superRefine((parts, refinement) => {
      for (const [index, { number }] of parts.entries()) {
        if (parts.findIndex((other) => other.number === number) < index)
          refinement.addIssue({ code: "custom", path: [index, "number"], message: "occurs twice" });
      }
    }),
});

export type PartsRequest = z.infer<typeof partsRequestSchema>;
export type SignedParts = { parts: ({ number: number } & SignedRequest)[] };

/**
 * Signs PUTs for these parts of an upload, each with its own length and SHA-256. A repeat signs a
 * part again. Errors: not_found, gone, conflict, invalid, unavailable.
 */
export async function signUploadParts(
  context: AppContext,
  viewer: Viewer,
  id: string,
  { parts }: PartsRequest,
): Promise<SignedParts> {
  const upload = await findOwnUpload(context, viewer, id);
  const now = context.clock.now();
  requireOpenUpload(upload, now);
  requireExpectedParts(upload, parts);
  const repeated = await context.db.uploadPart.count({
    where: { uploadId: upload.id, number: { in: parts.map(({ number }) => number) } },
  });
  // A client that requests a part again may have met a store that lost the multipart upload.
  const multipartId = await ensureMultipartUpload(context, upload, { verify: repeated > 0 });
  if (multipartId === null || !(await saveDeclaredParts(context, upload, multipartId, parts))) {
    requireOpenUpload(await findOwnUpload(context, viewer, id), now);
    throw new Problem("conflict", "Another request is starting this upload. Please try again.");
  }
  const secondsLeft = Math.floor((upload.expiresAt.getTime() - now.getTime()) / 1000);
  const expiresIn = Math.max(1, Math.min(context.limits.partUrlTtl, secondsLeft));
  const signed = parts.map(async ({ number, size, sha256 }) => ({
    number,
    ...(await context.storages.private.signPart(upload.key, {
      multipartId,
      number,
      size,
      sha256,
      expiresIn,
    })),
  }));
  return { parts: await Promise.all(signed) };
}

function requireOpenUpload(upload: Upload, now: Date): void {
  if (upload.state === "aborted") throw new Problem("gone", "This upload was cancelled. Please start again.");
  if (upload.state === "expired" || (upload.state === "issued" && upload.expiresAt <= now))
    throw new Problem("gone", "This upload took too long. Please start again.");
  if (upload.state !== "issued") throw new Problem("conflict", "This upload accepts no more parts.");
  if (upload.partSize === null)
    throw new Problem("conflict", "This upload is a single PUT, not a multipart upload.");
}

function requireExpectedParts(upload: Upload, parts: PartsRequest["parts"]): void {
  const expected = expectedParts(upload) ?? [];
  const errors = parts.flatMap(({ number, size }, index) => {
    const part = expected[number - 1];
    if (!part) return [{ path: `parts.${index}.number`, message: `must be 1 to ${expected.length}` }];
    if (part.size === size) return [];
    return [{ path: `parts.${index}.size`, message: `must be ${part.size}` }];
  });
  if (errors.length > 0) throw new Problem("invalid", "Please correct the marked fields.", { errors });
}

/**
 * Saves the declared SHA-256 of each part; the completion compares the bytes with it. One
 * statement, so that no part is saved after the upload has ended: then it returns false.
 */
async function saveDeclaredParts(
  { db }: AppContext,
  { id }: Upload,
  multipartId: string,
  parts: PartsRequest["parts"],
): Promise<boolean> {
  // One order of rows, so that two requests for the same parts cannot deadlock.
  const sorted = parts.toSorted((one, other) => one.number - other.number);
  const numbers = sorted.map(({ number }) => number);
  const hashes = sorted.map(({ sha256 }) => sha256);
  const saved = await db.$executeRaw`
    WITH open AS (
      SELECT id FROM "Upload"
      WHERE id = ${id}::uuid AND state = 'issued' AND "multipartId" = ${multipartId} FOR SHARE
    )
    INSERT INTO "UploadPart" ("uploadId", number, sha256)
    SELECT open.id, part.number, part.sha256
    FROM open, unnest(${numbers}::int[], ${hashes}::text[]) AS part(number, sha256)
    ON CONFLICT ("uploadId", number) DO UPDATE SET sha256 = excluded.sha256`;
  return saved === parts.length;
}
