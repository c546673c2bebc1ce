import { ERRORS, type ErrorCode } from "@/lib/errors";
import type { SignedPut } from "./transport";
import type { UploadProblem } from "./upload-state";

/** What an upload's answers say, whether to its ticket, its completion or a look at it. */
export type Told =
  | { state: "issued"; id: string; upload?: SignedPut }
  | { state: "inspecting"; id: string }
  | { state: "completed"; id: string; fileId: string }
  | { state: "refused"; problem: UploadProblem }
  | { state: "ended" };

type Json = Record<string, unknown>;

/** Read by hand: a schema library would weigh more than the rest of the client. Null for what we do not understand. */
export function toldBy(body: unknown): Told | null {
  if (!isJson(body) || typeof body.id !== "string") return null;
  const { id } = body;
  switch (body.state) {
    case "issued": {
      const upload = signedPut(body.upload);
      return upload ? { state: "issued", id, upload } : { state: "issued", id };
    }
    case "inspecting":
      return { state: "inspecting", id };
    case "completed":
      return isJson(body.file) && typeof body.file.id === "string"
        ? { state: "completed", id, fileId: body.file.id }
        : { state: "ended" };
    case "refused":
      return { state: "refused", problem: problemOf(body.problem) };
    case "aborted":
    case "expired":
      return { state: "ended" };
    default:
      return null;
  }
}

/** The problem of a body; where there is none that we know, the kindest general one. */
export function problemOf(body: unknown): UploadProblem {
  if (isJson(body) && isCode(body.code) && typeof body.detail === "string")
    return { code: body.code, detail: body.detail };
  return {
    code: "internal",
    detail: "Something went wrong on our side. Nothing was lost; please try again.",
  };
}

function signedPut(value: unknown): SignedPut | null {
  if (!isJson(value) || typeof value.url !== "string" || !isJson(value.headers)) return null;
  const headers = Object.entries(value.headers).map(([name, text]) => [name, String(text)] as const);
  return { url: value.url, headers: Object.fromEntries(headers) };
}

function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERRORS, value);
}
