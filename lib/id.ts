import { randomBytes } from "node:crypto";
import { v7 } from "uuid";

/** A UUIDv7: made by the application, ascending in time, never guessed into meaning. */
export function newId(): string {
  return v7();
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

export function isId(text: string): boolean {
  return UUID.test(text);
}

/** 128 random bits for a storage key: says nothing of who, what or when. */
export function randomName(): string {
  return randomBytes(16).toString("hex");
}
