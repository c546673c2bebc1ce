import { z } from "zod";
import { Problem } from "../errors";
import type { Field, MediaType } from "../fields/field";
import { fields } from "../fields/fields";
import { EMPTY_FILE, sizeRefusal, typeRefusal } from "../fields/file-refusals";
import { normalizeMediaType } from "../fields/media-types";
import { sanitizeFileName } from "../files/file-name";
import { splitIntoParts } from "./part-sizes";

/** Canonical standard base64 of 32 bytes. */
const SHA256_PATTERN = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/;

export const sha256Schema = z.string().regex(SHA256_PATTERN, "must be a SHA-256 in base64, 44 characters");

/** The SHA-256 is optional for a multipart upload: each part declares its own. */
export const ticketSchema = z
  .strictObject({
    field: z.string().refine((name) => fields.has(name), "is not a field of this site"),
    name: z.string().min(1).max(1024),
    size: z.int().nonnegative().max(Number.MAX_SAFE_INTEGER),
    type: z.string().max(255),
    sha256: sha256Schema.optional(),
    /** The id of the member who chose the file, as the page knows it. */
    owner: z.uuid().optional(),
  })
  .refine(
    ({ field, size, sha256 }) =>
      sha256 !== undefined || splitIntoParts(size, fields.get(field)?.partSize ?? size) !== null,
    { path: ["sha256"], message: "is required for a single-part upload" },
  );

export type TicketRequest = z.infer<typeof ticketSchema>;
export type DeclaredFile = {
  field: Field;
  name: string;
  size: number;
  type: MediaType;
  sha256: string | null;
  /** Null for a single-part upload. */
  partSize: number | null;
};

/** The value that the draft standard of the Idempotency-Key header allows. */
const IDEMPOTENCY_KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

export function requireIdempotencyKey(key: string): string {
  if (IDEMPOTENCY_KEY_PATTERN.test(key)) return key;
  const message = "must have 1 to 255 visible ASCII characters";
  throw new Problem("invalid", `Idempotency-Key ${message}.`, {
    errors: [{ path: "Idempotency-Key", message }],
  });
}

/**
 * Validates a ticket request against its field.
 * Errors: invalid, type_not_allowed, empty_file, too_large.
 */
export function validateTicketRequest(request: TicketRequest): DeclaredFile {
  const field = fields.get(request.field);
  if (!field) throw new Problem("invalid", "There is no such field.");
  const declared = normalizeMediaType(request.type);
  const type = field.accept.find((accepted) => accepted === declared);
  if (!type) throw new Problem("type_not_allowed", typeRefusal(field, request.type));
  if (request.size === 0) throw new Problem("empty_file", EMPTY_FILE);
  if (request.size > field.maxSize) throw new Problem("too_large", sizeRefusal(field, request.size));
  const { size, sha256 = null } = request;
  const partSize = splitIntoParts(size, field.partSize)?.size ?? null;
  return { field, name: sanitizeFileName(request.name), size, type, sha256, partSize };
}
