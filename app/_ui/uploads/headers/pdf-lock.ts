import { md5 } from "@noble/hashes/legacy.js";
import type { ByteReader } from "./byte-reader";
import type { PdfValue } from "./pdf-objects";
import { numberOf, PdfObjects } from "./pdf-xref";

type Dictionary = ReadonlyMap<string, PdfValue>;

/**
 * Returns true if a PDF opens only with a password. Many encrypted PDFs open without one and only
 * forbid printing: those are accepted. Where the file cannot be understood, returns false: then the
 * server decides.
 */
export async function isLockedPdf(reader: ByteReader): Promise<boolean> {
  try {
    const objects = await PdfObjects.open(reader);
    const encryption = await objects?.resolve(objects.trailer.get("Encrypt"));
    if (!objects || !encryption) return false;
    const filter = encryption.get("Filter");
    if (filter?.kind !== "name") return false;
    // Any other filter needs a certificate.
    if (filter.value !== "Standard") return true;
    const id = objects.trailer.get("ID");
    const opens = await opensWithoutPassword(
      encryption,
      bytesOf(id?.kind === "array" ? id.items[0] : undefined),
    );
    return opens === false;
  } catch {
    return false;
  }
}

/** Tests the empty user password, by ISO 32000-2, 7.6.4. Returns null for an unknown revision. */
async function opensWithoutPassword(encryption: Dictionary, id: Uint8Array): Promise<boolean | null> {
  const revision = numberOf(encryption.get("R"));
  const user = bytesOf(encryption.get("U"));
  if (user.length < 32) return null;
  if (revision === 2 || revision === 3 || revision === 4) {
    const key = fileKey(encryption, revision, id);
    if (!key) return null;
    if (revision === 2) return startsWith(user, rc4(key, PADDING));
    return startsWith(user.subarray(0, 16), encryptRepeatedly(key, md5(concat(PADDING, id))));
  }
  if ((revision !== 5 && revision !== 6) || user.length < 40) return null;
  const salt = user.subarray(32, 40);
  return startsWith(user, revision === 5 ? await digest("SHA-256", salt) : await hardenedHash(salt));
}

/** Stands for the empty password: algorithm 2, step a. */
const PADDING = Uint8Array.from([
  0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e, 0x2e,
  0x00, 0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
]);

/** Algorithm 2. */
function fileKey(encryption: Dictionary, revision: number, id: Uint8Array): Uint8Array | null {
  const owner = bytesOf(encryption.get("O"));
  const permissions = numberOf(encryption.get("P"));
  const length = keyLengthOf(encryption);
  if (owner.length < 32 || permissions === null || length < 5 || length > 16) return null;
  const rights = new Uint8Array(4);
  new DataView(rights.buffer).setInt32(0, permissions, true);
  const metadata = encryption.get("EncryptMetadata");
  const isPlainMetadata = revision >= 3 && metadata?.kind === "word" && metadata.value === "false";
  const suffix = isPlainMetadata ? new Uint8Array(4).fill(0xff) : new Uint8Array();
  let hash: Uint8Array = md5(concat(PADDING, owner.subarray(0, 32), rights, id, suffix));
  for (let round = 0; revision >= 3 && round < 50; round += 1) hash = md5(hash.subarray(0, length));
  return hash.subarray(0, length);
}

/** Bytes of the key. Some writers give bytes where the standard asks for bits. */
function keyLengthOf(encryption: Dictionary): number {
  const version = numberOf(encryption.get("V")) ?? 0;
  if (version < 2) return 5;
  const bits = numberOf(encryption.get("Length"));
  if (version < 4) return (bits ?? 40) / 8;
  const filters = encryption.get("CF");
  const name = encryption.get("StmF");
  const filter =
    filters?.kind === "dictionary" && name?.kind === "name" ? filters.entries.get(name.value) : undefined;
  const own = filter?.kind === "dictionary" ? numberOf(filter.entries.get("Length")) : null;
  const length = own || (bits ?? 128);
  return length < 40 ? length : length / 8;
}

/** Algorithm 5, steps d and e: RC4 twenty times. */
function encryptRepeatedly(key: Uint8Array, data: Uint8Array): Uint8Array {
  return Array.from({ length: 20 }, (_, round) => key.map((byte) => byte ^ round)).reduce(
    (bytes, roundKey) => rc4(roundKey, bytes),
    data,
  );
}

/** Algorithm 2.B for the empty password. */
async function hardenedHash(salt: Uint8Array): Promise<Uint8Array> {
  let key = await digest("SHA-256", salt);
  for (let round = 0, last = 0; round < 64 || last > round - 32; round += 1) {
    const repeated = new Uint8Array(64 * key.length);
    for (let at = 0; at < repeated.length; at += key.length) repeated.set(key, at);
    const aesKey = await crypto.subtle.importKey("raw", key.slice(0, 16), "AES-CBC", false, ["encrypt"]);
    const iv = key.slice(16, 32);
    const padded = await crypto.subtle.encrypt({ name: "AES-CBC", iv }, aesKey, repeated);
    const encrypted = new Uint8Array(padded, 0, repeated.length);
    const remainder = encrypted.subarray(0, 16).reduce((sum, byte) => sum + byte, 0) % 3;
    key = await digest(remainder === 0 ? "SHA-256" : remainder === 1 ? "SHA-384" : "SHA-512", encrypted);
    last = encrypted.at(-1) ?? 0;
  }
  return key.subarray(0, 32);
}

async function digest(algorithm: string, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest(algorithm, bytes.slice()));
}

function rc4(key: Uint8Array, data: Uint8Array): Uint8Array {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const at = (index: number) => state[index & 0xff] ?? 0;
  const swap = (one: number, other: number) => {
    const byte = at(one);
    state[one & 0xff] = at(other);
    state[other & 0xff] = byte;
  };
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + at(i) + (key[i % key.length] ?? 0)) & 0xff;
    swap(i, j);
  }
  let j = 0;
  return data.map((byte, index) => {
    const i = index + 1;
    j = (j + at(i)) & 0xff;
    swap(i, j);
    return byte ^ at(at(i) + at(j));
  });
}

function bytesOf(value: PdfValue | undefined): Uint8Array {
  return value?.kind === "string"
    ? Uint8Array.from(value.value, (letter) => letter.charCodeAt(0))
    : new Uint8Array();
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

function startsWith(expected: Uint8Array, bytes: Uint8Array): boolean {
  const length = Math.min(expected.length, bytes.length);
  return length > 0 && expected.subarray(0, length).every((byte, index) => byte === bytes[index]);
}
