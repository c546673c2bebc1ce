import { isJson, problemOf } from "../call-api";
import type { Cut } from "./parts";
import type { SignedPut } from "./transport";
import type { UploadProblem } from "./upload-state";

/** What an upload's answers say, whether to its ticket, its completion or a look at it. */
export type Told =
  | { state: "issued"; id: string; upload?: SignedPut; parts?: Cut; received: readonly number[] }
  | { state: "inspecting"; id: string }
  | { state: "completed"; id: string; fileId: string }
  | { state: "refused"; problem: UploadProblem }
  | { state: "ended" };

/** Read by hand: a schema library would weigh more than the rest of the client. Null for what we do not understand. */
export function toldBy(body: unknown): Told | null {
  if (!isJson(body) || typeof body.id !== "string") return null;
  const { id } = body;
  switch (body.state) {
    case "issued": {
      const [upload, parts] = [signedPut(body.upload), cutOf(body.parts)];
      const received = numbersIn(body.received);
      return { state: "issued", id, received, ...(upload ? { upload } : {}), ...(parts ? { parts } : {}) };
    }
    case "inspecting":
      return { state: "inspecting", id };
    case "completed":
      return isJson(body.file) && typeof body.file.id === "string"
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

function signedPut(value: unknown): SignedPut | null {
  if (!isJson(value) || typeof value.url !== "string" || !isJson(value.headers)) return null;
  const headers = Object.entries(value.headers).map(([name, text]) => [name, String(text)] as const);
  return { url: value.url, headers: Object.fromEntries(headers) };
}

/** The addresses of announced parts, by number. */
export function signedParts(body: unknown): ReadonlyMap<number, SignedPut> | null {
  if (!isJson(body) || !Array.isArray(body.parts)) return null;
  const puts = new Map<number, SignedPut>();
  for (const part of body.parts) {
    const put = signedPut(part);
    if (put && typeof part.number === "number") puts.set(part.number, put);
  }
  return puts;
}

function cutOf(value: unknown): Cut | null {
  if (!isJson(value)) return null;
  const { size, count } = value;
  return typeof size === "number" && typeof count === "number" && size > 0 ? { size, count } : null;
}

function numbersIn(value: unknown): number[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((part) => (isJson(part) && typeof part.number === "number" ? [part.number] : []));
}
