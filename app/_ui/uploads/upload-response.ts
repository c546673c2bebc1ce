import { isJsonObject, problemOf } from "../call-api";
import type { PartLayout } from "./parts";
import type { SignedPut } from "./transport";
import type { UploadProblem } from "./upload-state";

/** The state of an upload in a response of the API: to the ticket, the completion or a GET. */
export type UploadResponse =
  | { state: "issued"; id: string; upload?: SignedPut; parts?: PartLayout; received: readonly number[] }
  | { state: "inspecting"; id: string }
  | { state: "completed"; id: string; fileId: string }
  | { state: "refused"; problem: UploadProblem }
  | { state: "ended" };

/**
 * Parses a response body. Returns null for an unknown body.
 * Written by hand, because a schema library is larger than the rest of the upload client.
 */
export function parseUploadResponse(body: unknown): UploadResponse | null {
  if (!isJsonObject(body) || typeof body.id !== "string") return null;
  const { id } = body;
  switch (body.state) {
    case "issued": {
      const [upload, parts] = [parseSignedPut(body.upload), parsePartLayout(body.parts)];
      const received = parsePartNumbers(body.received);
      return { state: "issued", id, received, ...(upload ? { upload } : {}), ...(parts ? { parts } : {}) };
    }
    case "inspecting":
      return { state: "inspecting", id };
    case "completed":
      return isJsonObject(body.file) && typeof body.file.id === "string"
        ? { state: "completed", id, fileId: body.file.id }
        : { state: "ended" };
    case "refused":
      return { state: "refused", problem: problemOf({ status: 200, body: body.problem }) };
    case "aborted":
    case "expired":
      return { state: "ended" };
    default:
      return null;
  }
}

function parseSignedPut(value: unknown): SignedPut | null {
  if (!isJsonObject(value) || typeof value.url !== "string" || !isJsonObject(value.headers)) return null;
  const headers = Object.entries(value.headers).map(([name, text]) => [name, String(text)] as const);
  return { url: value.url, headers: Object.fromEntries(headers) };
}

/** Parses the signed PUTs of announced parts, by part number. */
export function parseSignedParts(body: unknown): ReadonlyMap<number, SignedPut> | null {
  if (!isJsonObject(body) || !Array.isArray(body.parts)) return null;
  const puts = new Map<number, SignedPut>();
  for (const part of body.parts) {
    const put = parseSignedPut(part);
    if (put && typeof part.number === "number") puts.set(part.number, put);
  }
  return puts;
}

function parsePartLayout(value: unknown): PartLayout | null {
  if (!isJsonObject(value)) return null;
  const { size, count } = value;
  return typeof size === "number" && typeof count === "number" && size > 0 ? { size, count } : null;
}

function parsePartNumbers(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((part) =>
    isJsonObject(part) && typeof part.number === "number" ? [part.number] : [],
  );
}
