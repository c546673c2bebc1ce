import { createHash } from "node:crypto";
import type { Viewer } from "../permissions/viewer";
import { isUniqueViolation } from "../db/conflict";
import { secondsFromNow, type AppContext } from "../app-context";
import { Problem } from "../errors";
import { newId, randomName } from "../id";
import type { SignedRequest } from "../storage/storage";
import { expireMemberTickets } from "./expire";
import { type PartSizes, uploadPartSizes } from "./part-sizes";
import { type DeclaredFile, validateTicketRequest, requireIdempotencyKey, type TicketRequest } from "./ticket";
import { findOwnUpload, type UploadRow, type UploadView, toUploadView } from "./upload";

export type Ticket = { id: string; state: "issued"; expiresAt: string; upload: SignedRequest };
/** Above the field's `partSize`: each part is asked for by itself. */
export type MultipartTicket = { id: string; state: "issued"; expiresAt: string; parts: PartSizes };

const IDEMPOTENCY_SECONDS = 24 * 3600;

/**
 * Permission to upload one file: a row, then a signed PUT into quarantine, or the parts that the file is to be cut into. Makes no call to the
 * store. With an idempotency key a repeat gets the same upload, signed anew while it is `issued`.
 * Errors: conflict, type_not_allowed, empty_file, too_large, idempotency_mismatch, quota_exceeded.
 */
export async function issueTicket(
  deps: AppContext,
  viewer: Viewer,
  request: TicketRequest,
  idempotencyKey: string | null,
): Promise<Ticket | MultipartTicket | UploadView> {
  requireSameOwner(viewer, request);
  const file = validateTicketRequest(request);
  if (idempotencyKey === null) return insertUpload(deps, viewer, file, null);
  const key = requireIdempotencyKey(idempotencyKey);
  const body = JSON.stringify({ ...file, field: file.field.name });
  const hash = createHash("sha256").update(body).digest("base64");
  const earlier = await replayTicket(deps, viewer, key, hash);
  if (earlier) return earlier;
  try {
    return await insertUpload(deps, viewer, file, { key, hash });
  } catch (thrown) {
    if (!isUniqueViolation(thrown)) throw thrown;
    // The same request was under way twice, and the other one won.
    const winner = await replayTicket(deps, viewer, key, hash);
    if (!winner) throw thrown;
    return winner;
  }
}

/** A page outlives a session: what somebody chose on it must not go to whoever has signed in since. */
function requireSameOwner(viewer: Viewer, { owner }: TicketRequest): void {
  if (owner === undefined || owner === viewer.id) return;
  throw new Problem(
    "conflict",
    "Somebody else is signed in here by now. Sign in as yourself in another tab, then try once more here.",
  );
}

const INSERT_UPLOAD_SQL = `
  WITH room AS (
    UPDATE "User" SET "openUploads" = "openUploads" + 1, "storedBytes" = "storedBytes" + $5::bigint
    WHERE id = $1 AND "openUploads" < $11 AND "storedBytes" + $5::bigint <= $12
    RETURNING id
  )
  INSERT INTO "Upload"
    (id, "ownerId", field, name, type, size, sha256, key, "expiresAt", "idempotencyKey", "idempotencyHash", "createdAt",
     "partSize")
  SELECT $2, room.id, $3, $4, $6, $5::bigint, $7, $8, $9, $13, $14, $10, $15::int FROM room
  RETURNING id`;

/** One statement: room is taken and the row is there, or neither. */
async function insertUpload(
  deps: AppContext,
  viewer: Viewer,
  { field, name, size, type, sha256, partSize }: DeclaredFile,
  idempotency: { key: string; hash: string } | null,
): Promise<Ticket | MultipartTicket> {
  const { db, clock, limits } = deps;
  const id = newId();
  const key = `quarantine/${randomName()}`;
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
  const taken = async () => (await db.pool.query(INSERT_UPLOAD_SQL, values)).rowCount === 1;
  if (!(await taken())) {
    // Tickets that ran out unused must not keep a member from sending until somebody sweeps. Another request may have ended them just now.
    await expireMemberTickets(deps, viewer.id);
    if (!(await taken())) throw await quotaProblem(deps, viewer);
  }
  return signTicket(deps, { id, key, expiresAt, type, size: BigInt(size), sha256, partSize });
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
        "Your storage is full. Please withdraw something that is no longer needed.",
      );
}

async function replayTicket(
  deps: AppContext,
  viewer: Viewer,
  key: string,
  hash: string,
): Promise<Ticket | MultipartTicket | UploadView | null> {
  const { db, clock } = deps;
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
    return toUploadView(deps, await findOwnUpload(deps, viewer, upload.id));
  return signTicket(deps, upload);
}

type SignableUpload = Pick<UploadRow, "id" | "key" | "expiresAt" | "type" | "size" | "sha256" | "partSize">;

async function signTicket({ storages, clock }: AppContext, upload: SignableUpload): Promise<Ticket | MultipartTicket> {
  const { id, key, expiresAt, type, sha256 } = upload;
  const parts = uploadPartSizes(upload);
  if (parts) return { id, state: "issued", expiresAt: expiresAt.toISOString(), parts };
  if (sha256 === null) throw new Error(`Upload ${id} has no SHA-256, and no parts that have.`);
  const expiresIn = Math.max(1, Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000));
  const size = Number(upload.size);
  const signed = await storages.private.signPut(key, { type, size, sha256, expiresIn });
  // The address ends with the credentials that signed it, and to the second: a ticket promises no more than that.
  const ends = signed.expiresAt.getTime() < expiresAt.getTime() - 1000 ? signed.expiresAt : expiresAt;
  return { id, state: "issued", expiresAt: ends.toISOString(), upload: signed };
}
