import type { Answer } from "../../call-api";

export const TICKET = "POST /api/uploads";
export const LOOK = "GET /api/uploads/u1";
export const COMPLETE = "POST /api/uploads/u1/complete";
export const GIVE_BACK = "DELETE /api/uploads/u1";

export const NO_ANSWER: Answer = { status: 0, body: null };
export const completed = ok(200, { id: "u1", state: "completed", file: { id: "f1" } });

export function ok(status: number, body: unknown): Answer {
  return { status, body };
}

export function problem(status: number, code: string, detail = `about ${code}`): Answer {
  return { status, body: { type: `urn:dossier:${code}`, title: code, status, code, detail } };
}
