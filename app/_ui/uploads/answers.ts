import { isJson, problemOf } from "../call-api";
import type { SignedPut } from "./transport";
import type { UploadProblem } from "./upload-state";

/** What an upload's answers say, whether to its ticket, its completion or a look at it. */
export type Told =
  | { state: "issued"; id: string; upload?: SignedPut }
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
