import { createHash, randomBytes } from "node:crypto";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import type { AppContext } from "../../lib/app-context";
import { newId } from "../../lib/id";
import type { Viewer } from "../../lib/permissions/viewer";
import { asAppServed } from "../../lib/storage/app-served";
import { serveStorageRequest } from "../../lib/storage/serve-request";
import type { SignedRequest } from "../../lib/storage/storage";
import { issueTicket } from "../../lib/uploads/issue";
import { signUploadParts } from "../../lib/uploads/sign-parts";
import { PART_SIZE } from "./crash-fixture";

/** A file before the upload. */
export type SampleFile = { field: string; type: string; bytes: Buffer };

/** Creates a member with a public profile. No session is needed below the HTTP layer. */
export async function createMember({ db }: Pick<AppContext, "db">): Promise<Viewer> {
  const id = newId();
  const email = `${id}@example.org`;
  await db.user.create({ data: { id, name: "Member", email, handle: id, visibility: "public" } });
  return { id, name: "Member", email, handle: id, role: "member", grants: [] };
}

/** Creates a small, unique picture. */
export async function samplePhoto(): Promise<SampleFile> {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const create = { width: 160, height: 120, channels: 3, background: "#7a9", noise } as const;
  const bytes = await sharp({ create }).jpeg({ quality: 80 }).toBuffer();
  return { field: "profilePicture", type: "image/jpeg", bytes };
}

/** Creates a unique PDF with `padding` random bytes. */
export async function samplePdf(padding = 100, field = "medicalLetter"): Promise<SampleFile> {
  const document = await PDFDocument.create();
  document.addPage([300, 400]);
  document.context.register(document.context.stream(randomBytes(padding)));
  return { field, type: "application/pdf", bytes: Buffer.from(await document.save()) };
}

/** Creates a PDF of two parts. */
export function sampleLargePdf(): Promise<SampleFile> {
  return samplePdf(PART_SIZE + 1000, "contract");
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

/** Sends a signed request as a browser does: to the handler of local storage, or to the store. */
export async function sendSignedRequest(
  context: AppContext,
  { method, url, headers }: SignedRequest,
  bytes: Buffer,
): Promise<void> {
  const served = asAppServed(context.storages);
  const body = new Uint8Array(bytes);
  const length = { "content-length": String(bytes.length) };
  const response = served
    ? await serveStorageRequest(
        new Request(url, { method, headers: { ...headers, ...length }, body }),
        served,
      )
    : await fetch(url, { method, headers, body });
  if (!response.ok) throw new Error(`The store responds ${response.status}: ${await response.text()}`);
  await response.body?.cancel();
}

/** Issues a ticket and sends the bytes, so that the upload can be completed. */
export async function uploadSample(context: AppContext, viewer: Viewer, sample: SampleFile): Promise<string> {
  const ticket = await issueSampleTicket(context, viewer, sample);
  if ("upload" in ticket) await sendSignedRequest(context, ticket.upload, sample.bytes);
  else await sendParts(context, viewer, ticket.id, sample);
  return ticket.id;
}

export function issueSampleTicket(context: AppContext, viewer: Viewer, { field, type, bytes }: SampleFile) {
  return issueTicket(
    context,
    viewer,
    { field, type, name: "a", size: bytes.length, sha256: sha256Of(bytes) },
    null,
  );
}

/** Splits a sample into the parts that a client declares. */
export function splitSample({
  bytes,
}: SampleFile): { number: number; size: number; sha256: string; bytes: Buffer }[] {
  return Array.from({ length: Math.ceil(bytes.length / PART_SIZE) }, (_, index) => {
    const part = bytes.subarray(index * PART_SIZE, (index + 1) * PART_SIZE);
    return { number: index + 1, size: part.length, sha256: sha256Of(part), bytes: part };
  });
}

export async function sendParts(
  context: AppContext,
  viewer: Viewer,
  id: string,
  sample: SampleFile,
): Promise<void> {
  const parts = splitSample(sample);
  const declared = parts.map(({ number, size, sha256 }) => ({ number, size, sha256 }));
  const signed = await signUploadParts(context, viewer, id, { parts: declared });
  for (const [index, part] of parts.entries()) {
    const request = signed.parts[index];
    if (request) await sendSignedRequest(context, request, part.bytes);
  }
}
