import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { SignedGet, SignedPut, StorageClass } from "./storage";

/** Everything that a signature vouches for. Change one letter and it is another permission. */
export type Permission =
  | { method: "PUT"; class: StorageClass; key: string; expires: number; allow: Omit<SignedPut, "expiresIn"> }
  | { method: "GET"; class: StorageClass; key: string; expires: number; allow: Omit<SignedGet, "expiresIn"> };

/** A key of its own for this purpose, so that no other use of the application's secret can make or break these signatures. */
export function signingKey(secret: string): KeyObject {
  return createSecretKey(createHmac("sha256", secret).update("dossier/local-storage/v1").digest());
}

/** The query that carries the permission. `expires` is in whole seconds since 1970. */
export function signedQuery(key: KeyObject, permission: Permission): string {
  const query = new URLSearchParams({ expires: String(permission.expires) });
  for (const [name, value] of Object.entries(permission.allow)) query.set(name, String(value));
  query.set("signature", signature(key, permission).toString("hex"));
  return query.toString();
}

/** The permission that the query of a request carries, null where it carries none or its signature is not ours. Says nothing about its end. */
export function permissionOf(
  key: KeyObject,
  method: "PUT" | "GET",
  at: { class: StorageClass; key: string },
  query: URLSearchParams,
): Permission | null {
  const expires = wholeNumber(query.get("expires"));
  const given = query.get("signature") ?? "";
  const type = query.get("type");
  if (expires === null || type === null || !/^[0-9a-f]{64}$/.test(given)) return null;
  const permission = method === "PUT" ? putOf(at, expires, type, query) : getOf(at, expires, type, query);
  if (!permission) return null;
  return timingSafeEqual(Buffer.from(given, "hex"), signature(key, permission)) ? permission : null;
}

type At = { class: StorageClass; key: string };

function putOf(at: At, expires: number, type: string, query: URLSearchParams): Permission | null {
  const size = wholeNumber(query.get("size"));
  const sha256 = query.get("sha256");
  if (size === null || sha256 === null) return null;
  return { method: "PUT", ...at, expires, allow: { type, size, sha256 } };
}

function getOf(at: At, expires: number, type: string, query: URLSearchParams): Permission | null {
  const disposition = query.get("disposition");
  const name = query.get("name");
  if (name === null || (disposition !== "inline" && disposition !== "attachment")) return null;
  return { method: "GET", ...at, expires, allow: { type, disposition, name } };
}

function signature(key: KeyObject, permission: Permission): Buffer {
  const { method, allow } = permission;
  const what =
    method === "PUT"
      ? [allow.type, allow.size, allow.sha256]
      : [allow.type, allow.disposition, allow.name.toWellFormed()];
  // As JSON, because no value can then reach over into its neighbour.
  const text = JSON.stringify([method, permission.class, permission.key, permission.expires, ...what]);
  return createHmac("sha256", key).update(text).digest();
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : null;
}
