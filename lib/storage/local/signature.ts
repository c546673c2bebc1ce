import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import type { GetPermission, ObjectRef, PartPermission, Permission, PutPermission } from "../app-served";

/** Derives a key for this purpose only, so that no other use of the secret affects signatures. */
export function deriveSigningKey(secret: string): KeyObject {
  return createSecretKey(createHmac("sha256", secret).update("dossier/local-storage/v1").digest());
}

/** Returns the query of a signed URL. Parameters have their S3 names, where S3 has them. */
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

/**
 * Parses the permission in the query of a request. Returns null if it is missing or its signature
 * is invalid. Does not check its expiration.
 */
export function parsePermission(
  key: KeyObject,
  method: "PUT" | "GET",
  object: ObjectRef,
  query: URLSearchParams,
): Permission | null {
  const signature = query.get("signature") ?? "";
  const parse = method === "GET" ? parseGet : query.has("partNumber") ? parsePart : parsePut;
  const permission = parse(object, query);
  if (!permission || !/^[0-9a-f]{64}$/.test(signature)) return null;
  return timingSafeEqual(Buffer.from(signature, "hex"), computeSignature(key, permission))
    ? permission
    : null;
}

function parsePut(object: ObjectRef, query: URLSearchParams): PutPermission | null {
  const [expires, size] = parseNumbers(query, "expires", "size");
  const [type, sha256] = [query.get("type"), query.get("sha256")];
  if (expires === undefined || size === undefined || type === null || sha256 === null) return null;
  return { action: "put", ...object, expires, signedValues: { type, size, sha256 } };
}

function parsePart(object: ObjectRef, query: URLSearchParams): PartPermission | null {
  const [expires, size, number] = parseNumbers(query, "expires", "size", "partNumber");
  const [sha256, multipartId] = [query.get("sha256"), query.get("uploadId")];
  if (expires === undefined || size === undefined || number === undefined) return null;
  if (sha256 === null || multipartId === null) return null;
  return { action: "part", ...object, expires, signedValues: { number, size, sha256, multipartId } };
}

function parseGet(object: ObjectRef, query: URLSearchParams): GetPermission | null {
  const [expires] = parseNumbers(query, "expires");
  const [type, disposition, name] = [query.get("type"), query.get("disposition"), query.get("name")];
  if (expires === undefined || type === null || name === null) return null;
  if (disposition !== "inline" && disposition !== "attachment") return null;
  return { action: "get", ...object, expires, signedValues: { type, disposition, name } };
}

function computeSignature(key: KeyObject, permission: Permission): Buffer {
  // JSON separates the values, so that no value can extend into the next one.
  const text = JSON.stringify([
    permission.action.toUpperCase(),
    permission.class,
    permission.key,
    permission.expires,
    ...valuesToSign(permission),
  ]);
  return createHmac("sha256", key).update(text).digest();
}

function valuesToSign({ action, signedValues }: Permission): (string | number)[] {
  if (action === "put") return [signedValues.type, signedValues.size, signedValues.sha256];
  if (action === "part")
    return [signedValues.number, signedValues.size, signedValues.sha256, signedValues.multipartId];
  return [signedValues.type, signedValues.disposition, signedValues.name.toWellFormed()];
}

function parseNumbers(query: URLSearchParams, ...names: string[]): (number | undefined)[] {
  return names.map((name) => {
    const text = query.get(name);
    return text !== null && /^(?:0|[1-9][0-9]{0,14})$/.test(text) ? Number(text) : undefined;
  });
}
