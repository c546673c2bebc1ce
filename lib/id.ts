import { randomBytes } from "node:crypto";
import { v7 } from "uuid";

/** Creates a UUIDv7: later ids sort after earlier ones. */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isId(text: string): boolean {
  return UUID.test(text);
}

/**
 * Returns the random end of a person's id, short enough for a watermark. It never changes, and the
 * access log keeps it when the account is erased.
 */
export function shortIdOf(id: string): string {
  return id.slice(-8);
}

/** Creates 128 random bits as hex, for a storage key that reveals no person, content or time. */
export function randomName(): string {
  return randomBytes(16).toString("hex");
}
