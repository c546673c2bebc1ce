import { createHash } from "node:crypto";
import type { Viewer } from "../accounts/viewer";
import { uniqueViolation } from "../db/conflict";
import { after, type Deps } from "../deps";
import { Problem } from "../errors";
import { newId, randomName } from "../id";
import type { SignedRequest } from "../storage/storage";
import { expireTickets } from "./expire";
import { type PartSizes, partSizesOf } from "./part-sizes";
import { type Announced, announced, requireIdempotencyKey, type TicketRequest } from "./ticket";
import { findUpload, type UploadRow, type UploadView, viewUpload } from "./upload";

export type Ticket = { id: string; state: "issued"; expiresAt: string; upload: SignedRequest };
/** Above the field's `partSize`: each part is asked for by itself. */
export type TicketInParts = { id: string; state: "issued"; expiresAt: string; parts: PartSizes };

const IDEMPOTENCY_SECONDS = 24 * 3600;

/**
 * Permission to upload one file: a row, then a signed PUT into quarantine, or the parts that the file is to be cut into. Makes no call to the
 * store. With an idempotency key a repeat gets the same upload, signed anew while it is `issued`.
 * Errors: conflict, type_not_allowed, empty_file, too_large, idempotency_mismatch, quota_exceeded.
 */
export async function issue(
  deps: Deps,
  viewer: Viewer,
  request: TicketRequest,
  idempotencyKey: string | null,
): Promise<Ticket | TicketInParts | UploadView> {
  requireOwner(viewer, request);
  const file = announced(request);
  if (idempotencyKey === null) return insert(deps, viewer, file, null);
  const key = requireIdempotencyKey(idempotencyKey);
  const body = JSON.stringify({ ...file, field: file.field.name });
  const hash = createHash("sha256").update(body).digest("base64");
  const earlier = await repeat(deps, viewer, key, hash);
  if (earlier) return earlier;
  try {
    return await insert(deps, viewer, file, { key, hash });
  } catch (thrown) {
    if (!uniqueViolation(thrown)) throw thrown;
    // The same request was under way twice, and the other one won.
    const winner = await repeat(deps, viewer, key, hash);
    if (!winner) throw thrown;
    return winner;
  }
}

/** A page outlives a session: what somebody chose on it must not go to whoever has signed in since. */
function requireOwner(viewer: Viewer, { owner }: TicketRequest): void {
  if (owner === undefined || owner === viewer.id) return;
  throw new Problem(
    "conflict",
    "Somebody else is signed in here by now. Sign in as yourself in another tab, then try once more here.",
  );
}

const INSERT = `
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
async function insert(
  deps: Deps,
  viewer: Viewer,
  { field, name, size, type, sha256, partSize }: Announced,
  idempotency: { key: string; hash: string } | null,
): Promise<Ticket | TicketInParts> {
  const { db, clock, limits } = deps;
  const id = newId();
  const key = `quarantine/${randomName()}`;
  const expiresAt = after(clock, partSize === null ? limits.uploadTtl : limits.multipartTtl);
  const row = [viewer.id, id, field.name, name, size, type, sha256, key, expiresAt, clock.now()];
  const conditions = [
    limits.openUploads,
    limits.quotaBytes,
    idempotency?.key ?? null,
    idempotency?.hash ?? null,
    partSize,
  ];
  const values = [...row, ...conditions];
  const taken = async () => (await db.pool.query(INSERT, values)).rowCount === 1;
  if (!(await taken())) {
    // Tickets that ran out unused must not keep a member from sending until somebody sweeps. Another request may have ended them just now.
    await expireTickets(deps, viewer.id);
    if (!(await taken())) throw await noRoom(deps, viewer);
  }
  return ticket(deps, { id, key, expiresAt, type, size: BigInt(size), sha256, partSize });
}

async function noRoom({ db, limits }: Deps, viewer: Viewer): Promise<Problem> {
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

async function repeat(
  deps: Deps,
  viewer: Viewer,
  key: string,
  hash: string,
): Promise<Ticket | TicketInParts | UploadView | null> {
  const { db, clock } = deps;
  const upload = await db.upload.findUnique({
    where: { ownerId_idempotencyKey: { ownerId: viewer.id, idempotencyKey: key } },
  });
  if (!upload) return null;
  if (upload.createdAt < after(clock, -IDEMPOTENCY_SECONDS)) {
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
    return viewUpload(deps, await findUpload(deps, viewer, upload.id));
  return ticket(deps, upload);
}

type Signable = Pick<UploadRow, "id" | "key" | "expiresAt" | "type" | "size" | "sha256" | "partSize">;

async function ticket({ storages, clock }: Deps, upload: Signable): Promise<Ticket | TicketInParts> {
  const { id, key, expiresAt, type, sha256 } = upload;
  const parts = partSizesOf(upload);
  if (parts) return { id, state: "issued", expiresAt: expiresAt.toISOString(), parts };
  if (sha256 === null) throw new Error(`Upload ${id} has no SHA-256, and no parts that have.`);
  const expiresIn = Math.max(1, Math.floor((expiresAt.getTime() - clock.now().getTime()) / 1000));
  const size = Number(upload.size);
  const signed = await storages.private.signPut(key, { type, size, sha256, expiresIn });
  // The address ends with the credentials that signed it, and to the second: a ticket promises no more than that.
  const ends = signed.expiresAt.getTime() < expiresAt.getTime() - 1000 ? signed.expiresAt : expiresAt;
  return { id, state: "issued", expiresAt: ends.toISOString(), upload: signed };
}
