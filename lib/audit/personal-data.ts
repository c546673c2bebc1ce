import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import type { AppContext } from "../app-context";
import type { Tx } from "../db/client";
import { deriveKey } from "./trail-key";

const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_BYTES = 32;

/**
 * How long the trail keeps personal data: an ISO 8601 duration. The chain still verifies after it.
 */
export const PERSONAL_DATA_LIFE = "P3Y";

/** Personal data of an entry: a name or a typed text, and the person whose erasure erases it. */
export type PersonalData = { personId: string; text: string };

export type EncryptedText = { personId: string; ciphertext: Uint8Array<ArrayBuffer>; personHash: string };

/**
 * Encrypts the personal data of entries, each with the key of its person. Creates the key of a
 * person at the first time. Keeps the order; null stays null.
 */
export async function encryptPersonalData(
  tx: Tx,
  { trailKey }: Pick<AppContext, "trailKey">,
  texts: readonly (PersonalData | null)[],
): Promise<(EncryptedText | null)[]> {
  const keys = new Map<string, Uint8Array>();
  // In one order for all transactions, so that they cannot deadlock with an erasure.
  for (const personId of [...new Set(texts.flatMap((text) => text?.personId ?? []))].sort())
    keys.set(personId, await lockPersonKey(tx, personId));
  return texts.map((text) => {
    const personKey = text && keys.get(text.personId);
    return personKey ? encrypt(contentKey(trailKey, personKey), text) : null;
  });
}

function encrypt(key: Uint8Array, { personId, text }: PersonalData): EncryptedText {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  const ciphertext = new Uint8Array(Buffer.concat([nonce, body, cipher.getAuthTag()]));
  return { personId, ciphertext, personHash: hashCiphertext(ciphertext) };
}

/** Decrypts personal data. Throws if the ciphertext or the key is another one. */
export function decryptPersonalData(
  trailKey: Uint8Array,
  personKey: Uint8Array,
  ciphertext: Uint8Array,
): string {
  const end = ciphertext.length - TAG_BYTES;
  const nonce = ciphertext.subarray(0, NONCE_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", contentKey(trailKey, personKey), nonce);
  decipher.setAuthTag(ciphertext.subarray(end));
  return decipher.update(ciphertext.subarray(NONCE_BYTES, end), undefined, "utf8") + decipher.final("utf8");
}

/** The database alone does not show personal data: the key needs the key of the trail as well. */
function contentKey(trailKey: Uint8Array, personKey: Uint8Array): Buffer {
  return deriveKey(trailKey, personKey, "dossier personal data in the audit trail");
}

function hashCiphertext(ciphertext: Uint8Array): string {
  return createHash("sha256").update(ciphertext).digest("base64");
}

/** The lock lets an erasure wait, but no other entry about this person. */
async function lockPersonKey(tx: Tx, personId: string): Promise<Uint8Array> {
  for (let tries = 0; tries < 3; tries += 1) {
    const [row] = await tx.$queryRaw<{ key: Uint8Array }[]>`
      SELECT key FROM "PersonKey" WHERE "personId" = ${personId}::uuid FOR KEY SHARE`;
    if (row) return row.key;
    await tx.$executeRaw`
      INSERT INTO "PersonKey" ("personId", key) VALUES (${personId}::uuid, ${randomBytes(KEY_BYTES)})
      ON CONFLICT DO NOTHING`;
  }
  throw new Error("The key of a person was deleted three times while an entry was written.");
}

/**
 * Deletes the personal data of entries of this time or earlier, at most `limit`. Returns how many.
 */
export function deleteOldPersonalData(
  { db }: Pick<AppContext, "db">,
  until: Date,
  limit: number,
): Promise<number> {
  // The first later entry ends the search: almost no number after it belongs to an earlier time.
  return db.$executeRaw`
    DELETE FROM "TrailPersonal" WHERE seq IN (
      SELECT p.seq FROM "TrailPersonal" p JOIN "Trail" t ON t.seq = p.seq
      WHERE t.at <= ${until} AND p.seq < coalesce(
        (SELECT l.seq FROM "Trail" l WHERE l.at > ${until} ORDER BY l.at, l.seq LIMIT 1), 9223372036854775807)
      ORDER BY p.seq LIMIT ${limit} FOR UPDATE OF p SKIP LOCKED)`;
}
