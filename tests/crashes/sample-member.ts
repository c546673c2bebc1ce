import { createHash, randomBytes } from "node:crypto";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import type { Viewer } from "../../lib/permissions/viewer";
import type { AppContext } from "../../lib/app-context";
import { newId } from "../../lib/id";
import { asAppServed } from "../../lib/storage/app-served";
import { serveStorageRequest } from "../../lib/storage/serve-request";
import type { SignedRequest } from "../../lib/storage/storage";
import { issueTicket } from "../../lib/uploads/issue";
import { signUploadParts } from "../../lib/uploads/sign-parts";
import { PART_SIZE } from "./crash-fixture";

/** A file as its owner has it. */
export type SampleFile = { field: string; type: string; bytes: Buffer };

/** A member with a visible profile. Nobody signs in: what is killed here lies below that. */
export async function createMember({ db }: Pick<AppContext, "db">): Promise<Viewer> {
  const id = newId();
  const email = `${id}@example.org`;
  await db.user.create({ data: { id, name: "Member", email, handle: id, visibility: "public" } });
  return { id, name: "Member", email, handle: id, role: "member", grants: [] };
}

/** A small picture that nobody else has. */
export async function samplePhoto(): Promise<SampleFile> {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const create = { width: 160, height: 120, channels: 3, background: "#7a9", noise } as const;
  const bytes = await sharp({ create }).jpeg({ quality: 80 }).toBuffer();
  return { field: "profilePicture", type: "image/jpeg", bytes };
}

/** A PDF that nobody else has, with `filling` bytes that no compression makes fewer. */
export async function samplePdf(filling = 100, field = "medicalLetter"): Promise<SampleFile> {
  const document = await PDFDocument.create();
  document.addPage([300, 400]);
  document.context.register(document.context.stream(randomBytes(filling)));
  return { field, type: "application/pdf", bytes: Buffer.from(await document.save()) };
}

/** A PDF that travels in two parts. */
export function sampleLargePdf(): Promise<SampleFile> {
  return samplePdf(PART_SIZE + 1000, "contract");
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

/** Sends what a ticket allows, as a browser does: to local storage's own door, or over the network. */
export async function sendSignedRequest(
  deps: AppContext,
  { method, url, headers }: SignedRequest,
  bytes: Buffer,
): Promise<void> {
  const served = asAppServed(deps.storages);
  const body = new Uint8Array(bytes);
  const length = { "content-length": String(bytes.length) };
  const answer =
    served
      ? await serveStorageRequest(new Request(url, { method, headers: { ...headers, ...length }, body }), served)
      : await fetch(url, { method, headers, body });
  if (!answer.ok) throw new Error(`The store answers ${answer.status}: ${await answer.text()}`);
  await answer.body?.cancel();
}

/** Asks for a ticket and sends the bytes, in one piece or in parts as the ticket says; the upload is ready to be completed. */
export async function uploadSample(deps: AppContext, viewer: Viewer, sample: SampleFile): Promise<string> {
  const ticket = await issueSampleTicket(deps, viewer, sample);
  if ("upload" in ticket) await sendSignedRequest(deps, ticket.upload, sample.bytes);
  else await sendParts(deps, viewer, ticket.id, sample);
  return ticket.id;
}

/** Takes a ticket. */
export function issueSampleTicket(deps: AppContext, viewer: Viewer, { field, type, bytes }: SampleFile) {
  return issueTicket(deps, viewer, { field, type, name: "a", size: bytes.length, sha256: sha256Of(bytes) }, null);
}

/** What a client asks for, to send a file in parts. */
export function splitSample({ bytes }: SampleFile): { number: number; size: number; sha256: string; bytes: Buffer }[] {
  return Array.from({ length: Math.ceil(bytes.length / PART_SIZE) }, (_, index) => {
    const part = bytes.subarray(index * PART_SIZE, (index + 1) * PART_SIZE);
    return { number: index + 1, size: part.length, sha256: sha256Of(part), bytes: part };
  });
}

export async function sendParts(deps: AppContext, viewer: Viewer, id: string, sample: SampleFile): Promise<void> {
  const parts = splitSample(sample);
  const asked = parts.map(({ number, size, sha256 }) => ({ number, size, sha256 }));
  const signed = await signUploadParts(deps, viewer, id, { parts: asked });
  for (const [index, part] of parts.entries()) {
    const permission = signed.parts[index];
    if (permission) await sendSignedRequest(deps, permission, part.bytes);
  }
}
