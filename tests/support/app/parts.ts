import { createHash } from "node:crypto";
import type { MultipartTicket } from "@/lib/uploads/issue";
import type { SignedParts } from "@/lib/uploads/sign-parts";
import { type Person, putBytes } from "./person";

export type FilePart = { number: number; size: number; sha256: string; bytes: Uint8Array };

/** Splits a file into parts of this size, as a client does. */
export function splitIntoParts(bytes: Uint8Array, size: number): FilePart[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) => {
    const part = bytes.subarray(index * size, (index + 1) * size);
    const sha256 = createHash("sha256").update(part).digest("base64");
    return { number: index + 1, size: part.length, sha256, bytes: part };
  });
}

/** Requests the URLs of parts. */
export function requestPartUrls(person: Person, id: string, parts: readonly FilePart[]): Promise<Response> {
  const body = { parts: parts.map(({ number, size, sha256 }) => ({ number, size, sha256 })) };
  return person.post(`/api/uploads/${id}/parts`, body);
}

export async function getPartUrls(
  person: Person,
  id: string,
  parts: readonly FilePart[],
): Promise<SignedParts["parts"]> {
  const response = await requestPartUrls(person, id, parts);
  const body = await response.json();
  if (response.status !== 200)
    throw new Error(`The request for parts returned ${response.status}: ${JSON.stringify(body)}`);
  return body.parts;
}

/** Requests the URLs of parts and uploads each part. */
export async function uploadParts(person: Person, id: string, parts: readonly FilePart[]): Promise<void> {
  for (const [index, upload] of (await getPartUrls(person, id, parts)).entries()) {
    const stored = await putBytes({ upload }, parts[index]?.bytes ?? new Uint8Array());
    if (!stored.ok) throw new Error(`The store returned ${stored.status}: ${await stored.text()}`);
  }
}

export async function requestMultipartTicket(
  person: Person,
  body: { field: string; size: number; sha256?: string; type?: string },
): Promise<MultipartTicket> {
  const response = await person.post("/api/uploads", { name: "a.pdf", type: "application/pdf", ...body });
  const ticket = await response.json();
  if (response.status !== 201 || !ticket.parts)
    throw new Error(`The request for a ticket returned ${response.status}: ${JSON.stringify(ticket)}`);
  return ticket;
}
