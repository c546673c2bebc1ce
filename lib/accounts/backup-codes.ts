import { randomInt } from "node:crypto";
import type { Tx } from "../db/client";
import { macFor } from "./signed-token";

const AMOUNT = 10;
/** Without letters and digits that look alike. A code has 49 bits. */
const ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789";
const LENGTH = 10;

/** Replaces the backup codes of a person. Returns the new ones, which are stored as hashes only. */
export async function replaceBackupCodes(tx: Tx, secret: string, userId: string): Promise<string[]> {
  const codes = Array.from({ length: AMOUNT }, createCode);
  await tx.backupCode.deleteMany({ where: { userId } });
  await tx.backupCode.createMany({
    data: codes.map((code) => ({ userId, hash: hashOf(secret, userId, code) })),
  });
  return codes;
}

/** Uses a code up. Of two requests with one code, one succeeds. */
export async function spendBackupCode(
  tx: Tx,
  secret: string,
  userId: string,
  code: string,
): Promise<boolean> {
  const hash = hashOf(secret, userId, code);
  const { count } = await tx.backupCode.deleteMany({ where: { userId, hash } });
  return count === 1;
}

function createCode(): string {
  const text = Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
  return `${text.slice(0, LENGTH / 2)}-${text.slice(LENGTH / 2)}`;
}

/** A person may type the code in capitals, without the hyphen, or with spaces. */
function hashOf(secret: string, userId: string, code: string): string {
  const typed = code.toLowerCase().replace(/[^a-z0-9]/g, "");
  return macFor(secret, "backup code", `${userId} ${typed}`);
}
