import type { SignedRequest, Storage } from "../../storage";
import { type RawResponse, sendRaw } from "./raw-http";
import { signedPartOptions } from "./samples";

export function sendPut({ method, url, headers }: SignedRequest, body: Uint8Array): Promise<RawResponse> {
  return sendRaw({ method, url, body, headers: { ...headers, "content-length": String(body.length) } });
}

export function withHeader(signed: SignedRequest, name: string, value: string | undefined): SignedRequest {
  const { [name]: _, ...rest } = signed.headers;
  return { ...signed, headers: value === undefined ? rest : { ...rest, [name]: value } };
}

/** Flips the lowest bit of the signature's first digit. */
export function flipSignature(url: string): string {
  return url.replace(
    /(ignature=)([0-9a-f])/,
    (_, before: string, digit: string) => before + (Number.parseInt(digit, 16) ^ 1).toString(16),
  );
}

/** Polls the real clock, because the clock of the store under test cannot be moved. */
export async function pollUntil(isReached: () => boolean): Promise<void> {
  while (!isReached()) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** Sends `bytes` as a part, as a browser does, and returns the status of the response. */
export async function sendPart(
  storage: Storage,
  key: string,
  multipartId: string,
  number: number,
  bytes: Uint8Array,
): Promise<number> {
  const signed = await storage.signPart(key, signedPartOptions(multipartId, number, bytes));
  return (await sendPut(signed, bytes)).status;
}
