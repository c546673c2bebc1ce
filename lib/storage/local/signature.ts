import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { SignedGet, SignedPart, SignedPut, StorageClass } from "../storage";

export type ObjectRef = { class: StorageClass; key: string };
export type PutPermission = ObjectRef & { action: "put"; expires: number; signedValues: Omit<SignedPut, "expiresIn"> };
export type PartPermission = ObjectRef & {
  action: "part";
  expires: number;
  signedValues: Omit<SignedPart, "expiresIn">;
};
export type GetPermission = ObjectRef & { action: "get"; expires: number; signedValues: Omit<SignedGet, "expiresIn"> };
/** Everything that a signature vouches for; change one letter and it is another permission. `expires` is in whole seconds since 1970. */
export type Permission = PutPermission | PartPermission | GetPermission;

/** A key of its own for this purpose, so that no other use of the application's secret can make or break these signatures. */
export function deriveSigningKey(secret: string): KeyObject {
  return createSecretKey(createHmac("sha256", secret).update("dossier/local-storage/v1").digest());
}

/** The query that carries the permission, named as in S3 where S3 has a name for it. */
export function createSignedQuery(key: KeyObject, permission: Permission): string {
  const query = new URLSearchParams({ expires: String(permission.expires) });
  for (const [name, value] of Object.entries(permission.signedValues))
    query.set(QUERY_NAMES.get(name) ?? name, String(value));
  query.set("signature", computeSignature(key, permission).toString("hex"));
  return query.toString();
}

const QUERY_NAMES = new Map([
  ["number", "partNumber"],
  ["multipartId", "uploadId"],
]);

/** The permission that the query of a request carries, null where it carries none or its signature is not ours. Says nothing about its end. */
export function parsePermission(
  key: KeyObject,
  method: "PUT" | "GET",
  at: ObjectRef,
  query: URLSearchParams,
): Permission | null {
  const given = query.get("signature") ?? "";
  const permission =
    method === "GET" ? parseGet(at, query) : query.has("partNumber") ? parsePart(at, query) : parsePut(at, query);
  if (!permission || !/^[0-9a-f]{64}$/.test(given)) return null;
  return timingSafeEqual(Buffer.from(given, "hex"), computeSignature(key, permission)) ? permission : null;
}

function parsePut(at: ObjectRef, query: URLSearchParams): PutPermission | null {
  const [expires, size] = parseNumbers(query, "expires", "size");
  const [type, sha256] = [query.get("type"), query.get("sha256")];
  if (expires === undefined || size === undefined || type === null || sha256 === null) return null;
  return { action: "put", ...at, expires, signedValues: { type, size, sha256 } };
}

function parsePart(at: ObjectRef, query: URLSearchParams): PartPermission | null {
  const [expires, size, number] = parseNumbers(query, "expires", "size", "partNumber");
  const [sha256, multipartId] = [query.get("sha256"), query.get("uploadId")];
  if (expires === undefined || size === undefined || number === undefined) return null;
  if (sha256 === null || multipartId === null) return null;
  return { action: "part", ...at, expires, signedValues: { number, size, sha256, multipartId } };
}

function parseGet(at: ObjectRef, query: URLSearchParams): GetPermission | null {
  const [expires] = parseNumbers(query, "expires");
  const [type, disposition, name] = [query.get("type"), query.get("disposition"), query.get("name")];
  if (expires === undefined || type === null || name === null) return null;
  if (disposition !== "inline" && disposition !== "attachment") return null;
  return { action: "get", ...at, expires, signedValues: { type, disposition, name } };
}

function computeSignature(key: KeyObject, permission: Permission): Buffer {
  // As JSON, because no value can then reach over into its neighbour.
  const text = JSON.stringify([
    permission.action.toUpperCase(),
    permission.class,
    permission.key,
    permission.expires,
    ...signedFields(permission),
  ]);
  return createHmac("sha256", key).update(text).digest();
}

function signedFields({ action, signedValues: allow }: Permission): (string | number)[] {
  if (action === "put") return [allow.type, allow.size, allow.sha256];
  if (action === "part") return [allow.number, allow.size, allow.sha256, allow.multipartId];
  return [allow.type, allow.disposition, allow.name.toWellFormed()];
}

function parseNumbers(query: URLSearchParams, ...names: string[]): (number | undefined)[] {
  return names.map((name) => {
    const text = query.get(name);
    return text !== null && /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : undefined;
  });
}
