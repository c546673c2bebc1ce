import { createHash } from "node:crypto";
import { findViewer, IS_VALID_SESSION, type SessionRef } from "../accounts/session";
import { type AppContext, secondsFromNow } from "../app-context";
import { isUniqueViolation } from "../db/conflict";
import type { Upload } from "../db/generated/client";
import { Problem, unauthenticatedProblem } from "../errors";
import { newId, randomName } from "../id";
import { PERSON_HEADER, requireSamePerson } from "../permissions/same-person";
import { requireSecondFactor } from "../permissions/second-factor";
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
  const repeat = repeatOf(file, idempotencyKey);
  if (repeat === null) return insertUpload(context, viewer, file, null);
  const earlier = await replayTicket(context, viewer, repeat);
  if (earlier) return earlier;
  try {
    return await insertUpload(context, viewer, file, repeat);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    // A concurrent copy of the same request was first.
    const winner = await replayTicket(context, viewer, repeat);
    if (!winner) throw error;
    return winner;
  }
}

/**
 * Issues a ticket to the viewer of a session, as `issueTicket` does. The usual case is one
 * statement that checks the session and the named persons, reserves the quota and inserts the row.
 * When it inserts nothing, `issueTicket` finds out why. Errors: also unauthenticated.
 */
export async function issueTicketForSession(
  context: AppContext,
  session: SessionRef,
  request: TicketRequest,
  idempotencyKey: string | null,
): Promise<Ticket | MultipartTicket | UploadView> {
  const file = validateTicketRequest(request);
  const upload = newUpload(context, file, repeatOf(file, idempotencyKey));
  const persons = [session.person, request.owner].filter((person) => person);
  const roles = context.signIn?.secondFactorRoles ?? [];
  const values = [session.token, context.clock.now(), persons, roles, ...upload.values];
  // A repeated request is no error: the answer of the first one comes again.
  const isInserted = await insertRow(context, INSERT_FOR_SESSION_SQL, values).catch((error: unknown) => {
    if (!isUniqueViolation(error)) throw error;
    return false;
  });
  if (isInserted) return signTicket(context, upload.row);
  const viewer = await findViewer(context, session.token);
  if (!viewer) throw unauthenticatedProblem();
  requireSamePerson(viewer, session.person, PERSON_HEADER);
  requireSecondFactor(viewer, roles);
  return issueTicket(context, viewer, request, idempotencyKey);
}

/** A request that the client may send again: its key, and the hash of its content. */
type Repeat = { key: string; hash: string };

function repeatOf(file: DeclaredFile, idempotencyKey: string | null): Repeat | null {
  if (idempotencyKey === null) return null;
  const body = JSON.stringify({ ...file, field: file.field.name });
  return {
    key: requireIdempotencyKey(idempotencyKey),
    hash: createHash("sha256").update(body).digest("base64"),
  };
}

const INSERT_FOR_VIEWER_SQL = insertSql(1, "WHERE u.id = $1");
const INSERT_FOR_SESSION_SQL = insertSql(
  4,
  `FROM "Session" s WHERE s."userId" = u.id AND ${IS_VALID_SESSION} AND u.id::text = ALL($3::text[])
     AND (u."hasSecondFactor" OR u.role::text <> ALL($4::text[]))`,
);

/**
 * Builds the statement that reserves the quota of one person and inserts the row. The condition of
 * the person has `before` parameters. The values of `newUpload` follow them.
 */
function insertSql(before: number, ofPerson: string): string {
  const value = (position: number) => `$${before + position}`;
  const [size, maxOpen, maxBytes] = [`${value(1)}::bigint`, value(2), value(3)];
  return `
    WITH quota AS (
      UPDATE "User" u SET "openUploads" = u."openUploads" + 1, "storedBytes" = u."storedBytes" + ${size}
      ${ofPerson} AND NOT u."letGo" AND u."suspendedAt" IS NULL AND u."openUploads" < ${maxOpen} AND u."storedBytes" + ${size} <= ${maxBytes}
      RETURNING u.id
    )
    INSERT INTO "Upload"
      (size, id, field, name, type, sha256, key, "expiresAt", "createdAt", "partSize", "idempotencyKey",
       "idempotencyHash", "ownerId")
    SELECT ${size}, ${[4, 5, 6, 7, 8, 9, 10, 11].map(value).join(", ")}, ${value(12)}::int, ${value(13)}, ${value(14)}, id
    FROM quota`;
}

/** Creates the row of an upload, and the values of `insertSql`. */
function newUpload(
  { clock, limits }: Pick<AppContext, "clock" | "limits">,
  { field, name, size, type, sha256, partSize }: DeclaredFile,
  repeat: Repeat | null,
): { row: SignableUpload; values: unknown[] } {
  const id = newId();
  const key = `${QUARANTINE_PREFIX}${randomName()}`;
  const expiresAt = secondsFromNow(clock, partSize === null ? limits.uploadTtl : limits.multipartTtl);
  const quota = [size, limits.openUploads, limits.quotaBytes];
  const columns = [id, field.name, name, type, sha256, key, expiresAt, clock.now()];
  return {
    row: { id, key, expiresAt, type, size: BigInt(size), sha256, partSize },
    values: [...quota, ...columns, partSize, repeat?.key ?? null, repeat?.hash ?? null],
  };
}

async function insertRow({ db }: AppContext, sql: string, values: unknown[]): Promise<boolean> {
  return (await db.pool.query(sql, values)).rowCount === 1;
}

async function insertUpload(
  context: AppContext,
  viewer: Viewer,
  file: DeclaredFile,
  repeat: Repeat | null,
): Promise<Ticket | MultipartTicket> {
  const upload = newUpload(context, file, repeat);
  const tryInsert = () => insertRow(context, INSERT_FOR_VIEWER_SQL, [viewer.id, ...upload.values]);
  if (!(await tryInsert())) {
    // Unused expired tickets must not block a member until the next sweep.
    await expireMemberTickets(context, viewer.id);
    if (!(await tryInsert())) throw await refusalProblem(context, viewer);
  }
  return signTicket(context, upload.row);
}

async function refusalProblem({ db, limits }: AppContext, viewer: Viewer): Promise<Problem> {
  const { openUploads, letGo } = await db.user.findUniqueOrThrow({
    where: { id: viewer.id },
    select: { openUploads: true, letGo: true },
  });
  if (letGo)
    return new Problem("conflict", "An admin has ended your membership. You cannot send files any more.");
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
  { key, hash }: Repeat,
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
