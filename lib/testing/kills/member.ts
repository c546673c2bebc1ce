import { createHash, randomBytes } from "node:crypto";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";
import type { Viewer } from "../../accounts/viewer";
import type { Deps } from "../../deps";
import { newId } from "../../id";
import { asLocal } from "../../storage/local";
import { serveLocal } from "../../storage/local/http";
import type { SignedRequest } from "../../storage/storage";
import { issue } from "../../uploads/issue";
import { signParts } from "../../uploads/sign-parts";
import { PART } from "./world";

/** A file as its owner has it. */
export type Sample = { field: string; type: string; bytes: Buffer };

/** A member with a visible profile. Nobody signs in: what is killed here lies below that. */
export async function newMember({ db }: Pick<Deps, "db">): Promise<Viewer> {
  const id = newId();
  const email = `${id}@example.org`;
  await db.user.create({ data: { id, name: "Member", email, handle: id, visibility: "public" } });
  return { id, name: "Member", email, handle: id, role: "member", grants: [] };
}

/** A small picture that nobody else has. */
export async function photo(): Promise<Sample> {
  const noise = { type: "gaussian", mean: 128, sigma: 30 } as const;
  const create = { width: 160, height: 120, channels: 3, background: "#7a9", noise } as const;
  const bytes = await sharp({ create }).jpeg({ quality: 80 }).toBuffer();
  return { field: "profilePicture", type: "image/jpeg", bytes };
}

/** A PDF that nobody else has, with `filling` bytes that no compression makes fewer. */
export async function pdf(filling = 100, field = "medicalLetter"): Promise<Sample> {
  const document = await PDFDocument.create();
  document.addPage([300, 400]);
  document.context.register(document.context.stream(randomBytes(filling)));
  return { field, type: "application/pdf", bytes: Buffer.from(await document.save()) };
}

/** A PDF that travels in two parts. */
export function largePdf(): Promise<Sample> {
  return pdf(PART + 1000, "contract");
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64");
}

/** Sends what a ticket allows, as a browser does: to local storage's own door, or over the network. */
export async function send(
  deps: Deps,
  { method, url, headers }: SignedRequest,
  bytes: Buffer,
): Promise<void> {
  const { public: open, private: closed } = deps.storages;
  const [publicFiles, privateFiles] = [asLocal(open), asLocal(closed)];
  const body = new Uint8Array(bytes);
  const length = { "content-length": String(bytes.length) };
  const answer =
    publicFiles && privateFiles
      ? await serveLocal(new Request(url, { method, headers: { ...headers, ...length }, body }), {
          public: publicFiles,
          private: privateFiles,
        })
      : await fetch(url, { method, headers, body });
  if (!answer.ok) throw new Error(`The store answers ${answer.status}: ${await answer.text()}`);
  await answer.body?.cancel();
}

/** Asks for a ticket and sends the bytes, in one piece or in parts as the ticket says; the upload is ready to be completed. */
export async function deliver(deps: Deps, viewer: Viewer, sample: Sample): Promise<string> {
  const ticket = await announce(deps, viewer, sample);
  if ("upload" in ticket) await send(deps, ticket.upload, sample.bytes);
  else await sendParts(deps, viewer, ticket.id, sample);
  return ticket.id;
}

/** Takes a ticket. */
export function announce(deps: Deps, viewer: Viewer, { field, type, bytes }: Sample) {
  return issue(deps, viewer, { field, type, name: "a", size: bytes.length, sha256: sha256Of(bytes) }, null);
}

/** What a client asks for, to send a file in parts. */
export function cut({ bytes }: Sample): { number: number; size: number; sha256: string; bytes: Buffer }[] {
  return Array.from({ length: Math.ceil(bytes.length / PART) }, (_, index) => {
    const part = bytes.subarray(index * PART, (index + 1) * PART);
    return { number: index + 1, size: part.length, sha256: sha256Of(part), bytes: part };
  });
}

export async function sendParts(deps: Deps, viewer: Viewer, id: string, sample: Sample): Promise<void> {
  const parts = cut(sample);
  const asked = parts.map(({ number, size, sha256 }) => ({ number, size, sha256 }));
  const signed = await signParts(deps, viewer, id, { parts: asked });
  for (const [index, part] of parts.entries()) {
    const permission = signed.parts[index];
    if (permission) await send(deps, permission, part.bytes);
  }
}
