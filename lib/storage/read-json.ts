import { Problem } from "../errors";
import { readAll } from "./read-all";
import type { Storage } from "./storage";

/**
 * Reads a small JSON object. Returns undefined if it does not exist, and null if it is not JSON.
 * Errors: unavailable.
 */
export async function readJson(storage: Pick<Storage, "read">, key: string): Promise<unknown> {
  try {
    return JSON.parse((await readAll(await storage.read(key))).toString("utf8"));
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") return undefined;
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
