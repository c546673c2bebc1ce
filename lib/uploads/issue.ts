import { createHash } from "node:crypto";
import { type AppContext, secondsFromNow } from "../app-context";
import { isUniqueViolation } from "../db/conflict";
import type { Upload } from "../db/generated/client";
import { Problem } from "../errors";
import { newId, randomName } from "../id";
import { requireSamePerson } from "../permissions/same-person";
import type { Viewer } from "../permissions/viewer";
import type { SignedRequest } from "../storage/storage";
import { expireMemberTickets } from "./expire";
import { type PartSizes, uploadPartSizes } from "./part-sizes";
import { QUARANTINE_PREFIX } from "./quarantine";
import {
  type DeclaredFile,
  requireIdempotencyKey,
  type TicketRequest,
  validateTicketRequest,
} from "./ticket";
import { findOwnUpload, toUploadView, type UploadView } from "./upload";

export type Ticket = { id: string; state: "issued"; expiresAt: string; upload: SignedRequest };
/** For a file above the field's `partSize`: the client requests a signed PUT for each part. */
export type MultipartTicket = { id: string; state: "issued"; expiresAt: string; parts: PartSizes };

const IDEMPOTENCY_SECONDS = 24 * 3600;

/**
 * Issues a ticket for one file: inserts a row, then signs a PUT into quarantine or returns the part
 * layout. Makes no call to the store. A repeat with the same idempotency key gets the same upload,
 * with a new signature as long as it is `issued`.
 * Errors: conflict, type_not_allowed, empty_file, too_large, idempotency_mismatch, quota_exceeded.
 */
export async function issueTicket(
  context: AppContext,
  viewer: Viewer,
  request: TicketRequest,
  idempotencyKey: string | null,
): Promise<Ticket | MultipartTicket | UploadView> {
  requireSamePerson(viewer, request.owner, "owner");
  const file = validateTicketRequest(request);
  if (idempotencyKey === null) return insertUpload(context, viewer, file, null);
  const key = requireIdempotencyKey(idempotencyKey);
  const body = JSON.stringify({ ...file, field: file.field.name });
  const hash = createHash("sha256").update(body).digest("base64");
  const earlier = await replayTicket(context, viewer, key, hash);
  if (earlier) return earlier;
  try {
    return await insertUpload(context, viewer, file, { key, hash });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // A concurrent copy of the same request was first.
    const winner = await replayTicket(context, viewer, key, hash);
    if (!winner) throw error;
    return winner;
  }
}

const INSERT_UPLOAD_SQL = `
  WITH quota AS (
    UPDATE "User" SET "openUploads" = "openUploads" + 1, "storedBytes" = "storedBytes" + $5::bigint
    WHERE id = $1 AND "openUploads" < $11 AND "storedBytes" + $5::bigint <= $12
    RETURNING id
  )
  INSERT INTO "Upload"
    (id, "ownerId", field, name, type, size, sha256, key, "expiresAt", "idempotencyKey", "idempotencyHash", "createdAt",
     "partSize")
  SELECT $2, quota.id, $3, $4, $6, $5::bigint, $7, $8, $9, $13, $14, $10, $15::int FROM quota
  RETURNING id`;

/** Reserves the quota and inserts the row in one statement. */
async function insertUpload(
  context: AppContext,
  viewer: Viewer,
  { field, name, size, type, sha256, partSize }: DeclaredFile,
  idempotency: { key: string; hash: string } | null,
): Promise<Ticket | MultipartTicket> {
  const { db, clock, limits } = context;
  const id = newId();
  const key = `${QUARANTINE_PREFIX}${randomName()}`;
  const expiresAt = secondsFromNow(clock, partSize === null ? limits.uploadTtl : limits.multipartTtl);
  const row = [viewer.id, id, field.name, name, size, type, sha256, key, expiresAt, clock.now()];
  const conditions = [
    limits.openUploads,
    limits.quotaBytes,
    idempotency?.key ?? null,
    idempotency?.hash ?? null,
    partSize,
  ];
  const values = [...row, ...conditions];
  const tryInsert = async () => (await db.pool.query(INSERT_UPLOAD_SQL, values)).rowCount === 1;
  if (!(await tryInsert())) {
    // Unused expired tickets must not block a member until the next sweep.
    await expireMemberTickets(context, viewer.id);
    if (!(await tryInsert())) throw await quotaProblem(context, viewer);
  }
  return signTicket(context, { id, key, expiresAt, type, size: BigInt(size), sha256, partSize });
}

async function quotaProblem({ db, limits }: AppContext, viewer: Viewer): Promise<Problem> {
  const { openUploads } = await db.user.findUniqueOrThrow({
    where: { id: viewer.id },
    select: { openUploads: true },
  });
  return openUploads >= limits.openUploads
    ? new Problem("quota_exceeded", "Too many uploads are open. Please finish or cancel one first.")
    : new Problem(
        "quota_exceeded",
        "Your storage is full. Please withdraw a document that is no longer needed.",
      );
}

async function replayTicket(
  context: AppContext,
  viewer: Viewer,
  key: string,
  hash: string,
): Promise<Ticket | MultipartTicket | UploadView | null> {
  const { db, clock } = context;
  const upload = await db.upload.findUnique({
    where: { ownerId_idempotencyKey: { ownerId: viewer.id, idempotencyKey: key } },
  });
  if (!upload) return null;
  if (upload.createdAt < secondsFromNow(clock, -IDEMPOTENCY_SECONDS)) {
    await db.upload.updateMany({
      where: { id: upload.id, idempotencyKey: key },
      data: { idempotencyKey: null, idempotencyHash: null },
    });
    return null;
  }
  if (upload.idempotencyHash !== hash) {
    throw new Problem("idempotency_mismatch", "This Idempotency-Key was used for another file.");
  }
  if (upload.state !== "issued" || upload.expiresAt <= clock.now())
    return toUploadView(context, await findOwnUpload(context, viewer, upload.id));
  return signTicket(context, upload);
}

type SignableUpload = Pick<Upload, "id" | "key" | "expiresAt" | "type" | "size" | "sha256" | "partSize">;

async function signTicket(
  { storages, clock }: AppContext,
  upload: SignableUpload,
): Promise<Ticket | MultipartTicket> {
  const { id, key, expiresAt, type, sha256 } = upload;
  const parts = uploadPartSizes(upload);
  if (parts) return { id, state: "issued", expiresAt: expiresAt.toISOString(), parts };
  if (sha256 === null) throw new Error(`Upload ${id} is a single-part upload without a SHA-256.`);
  const expiresIn = Math.max(1, Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000));
  const size = Number(upload.size);
  const signed = await storages.private.signPut(key, { type, size, sha256, expiresIn });
  // The URL expires with the credentials that signed it. A ticket does not outlive its URL.
  const expires = signed.expiresAt.getTime() < expiresAt.getTime() - 1000 ? signed.expiresAt : expiresAt;
  return { id, state: "issued", expiresAt: expires.toISOString(), upload: signed };
}
