import { z } from "zod";
import type { Viewer } from "../permissions/viewer";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { SignedRequest } from "../storage/storage";
import { ensureMultipartUpload } from "./ensure-multipart-upload";
import { expectedParts } from "./part-sizes";
import { sha256Schema } from "./ticket";
import { findOwnUpload, type UploadRow } from "./upload";

/** How many parts one request may ask for. */
const MAX_PARTS_PER_REQUEST = 100;

export const partsRequestSchema = z.strictObject({
  parts: z
    .array(z.strictObject({ number: z.int().min(1), size: z.int().min(1), sha256: sha256Schema }))
    .min(1)
    .max(MAX_PARTS_PER_REQUEST)
    .superRefine((parts, context) => {
      for (const [index, { number }] of parts.entries()) {
        if (parts.findIndex((other) => other.number === number) < index)
          context.addIssue({ code: "custom", path: [index, "number"], message: "is there twice" });
      }
    }),
});

export type PartsRequest = z.infer<typeof partsRequestSchema>;
export type SignedParts = { parts: ({ number: number } & SignedRequest)[] };

/**
 * Permission to send these parts of an upload, each with its own length and SHA-256, for as long as the address of a part lives. Asked for again, a
 * part is signed anew. Errors: not_found, gone, conflict, invalid, unavailable.
 */
export async function signUploadParts(
  deps: AppContext,
  viewer: Viewer,
  id: string,
  { parts }: PartsRequest,
): Promise<SignedParts> {
  const upload = await findOwnUpload(deps, viewer, id);
  const now = deps.clock.now();
  requireOpenUpload(upload, now);
  requireExpectedParts(upload, parts);
  const repeated = await deps.db.uploadPart.count({
    where: { uploadId: upload.id, number: { in: parts.map(({ number }) => number) } },
  });
  // A part that is asked for again may have met a store that has forgotten the upload.
  const multipartId = await ensureMultipartUpload(deps, upload, { doubtful: repeated > 0 });
  if (multipartId === null || !(await saveDeclaredParts(deps, upload, multipartId, parts))) {
    requireOpenUpload(await findOwnUpload(deps, viewer, id), now);
    throw new Problem("conflict", "This upload is being begun elsewhere. Please try again.");
  }
  const left = Math.floor((upload.expiresAt.getTime() - now.getTime()) / 1000);
  const expiresIn = Math.max(1, Math.min(deps.limits.partUrlTtl, left));
  const signed = parts.map(async ({ number, size, sha256 }) => ({
    number,
    ...(await deps.storages.private.signPart(upload.key, { multipartId, number, size, sha256, expiresIn })),
  }));
  return { parts: await Promise.all(signed) };
}

function requireOpenUpload(upload: UploadRow, now: Date): void {
  if (upload.state === "aborted") throw new Problem("gone", "This upload was cancelled. Please start again.");
  if (upload.state === "expired" || (upload.state === "issued" && upload.expiresAt <= now))
    throw new Problem("gone", "This upload took too long. Please start again.");
  if (upload.state !== "issued") throw new Problem("conflict", "This upload takes no more parts.");
  if (upload.partSize === null) throw new Problem("conflict", "This upload travels in one piece.");
}

function requireExpectedParts(upload: UploadRow, parts: PartsRequest["parts"]): void {
  const expected = expectedParts(upload) ?? [];
  const errors = parts.flatMap(({ number, size }, index) => {
    const part = expected[number - 1];
    if (!part) return [{ path: `parts.${index}.number`, message: `must be 1 to ${expected.length}` }];
    if (part.size === size) return [];
    return [{ path: `parts.${index}.size`, message: `must be ${part.size}` }];
  });
  if (errors.length > 0) throw new Problem("invalid", "Please look at what is marked.", { errors });
}

/**
 * Keeps what each part is announced to be, for the completion to hold the bytes against. One statement, so that no part is announced after the
 * upload has moved on: false then.
 */
async function saveDeclaredParts(
  { db }: AppContext,
  { id }: UploadRow,
  multipartId: string,
  parts: PartsRequest["parts"],
): Promise<boolean> {
  // In one order, so that two requests for the same parts wait for each other rather than lock each other out.
  const sorted = parts.toSorted((one, other) => one.number - other.number);
  const numbers = sorted.map(({ number }) => number);
  const hashes = sorted.map(({ sha256 }) => sha256);
  const kept = await db.$executeRaw`
    WITH open AS (
      SELECT id FROM "Upload"
      WHERE id = ${id}::uuid AND state = 'issued' AND "multipartId" = ${multipartId} FOR SHARE
    )
    INSERT INTO "UploadPart" ("uploadId", number, sha256)
    SELECT open.id, part.number, part.sha256
    FROM open, unnest(${numbers}::int[], ${hashes}::text[]) AS part(number, sha256)
    ON CONFLICT ("uploadId", number) DO UPDATE SET sha256 = excluded.sha256`;
  return kept === parts.length;
}
