import type { ApiResponse } from "../../call-api";

export const CREATE_TICKET = "POST /api/uploads";
export const GET_UPLOAD = "GET /api/uploads/u1";
export const COMPLETE_UPLOAD = "POST /api/uploads/u1/complete";
export const ABORT_UPLOAD = "DELETE /api/uploads/u1";

export const NO_RESPONSE: ApiResponse = { status: 0, body: null };
export const completed = apiResponse(200, { id: "u1", state: "completed", file: { id: "f1" } });

export function apiResponse(status: number, body: unknown): ApiResponse {
  return { status, body };
}

export function problemResponse(status: number, code: string, detail = `about ${code}`): ApiResponse {
  return { status, body: { type: `urn:dossier:${code}`, title: code, status, code, detail } };
}
