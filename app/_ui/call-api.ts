import { ERRORS, type ErrorCode, type FieldError } from "@/lib/errors";
import { PERSON_HEADER } from "@/lib/permissions/same-person";

/** A response of the API. Status 0: no response came. `retryAfter` in seconds, if it was sent. */
export type ApiResponse = {
  status: number;
  body: unknown;
  retryAfter?: number;
  /** Time of the response on the server, in milliseconds since 1970, if the response has a date. */
  serverTime?: number;
};

export type ApiRequestOptions = {
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
  /** With "manual" a redirect is not followed and has the status 0. */
  redirect?: "follow" | "manual";
};

/** The person that the server drew this page for. A sign-in or sign-out loads another page. */
let pagePerson: string | undefined;

/**
 * Remembers the person of the page. The first one stays until the page is loaded again: after a
 * refresh for another person the entries on the page may still be those of the first.
 */
export function rememberPerson(id: string): void {
  pagePerson ??= id;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/**
 * Calls the API. A write names the person of the page. If it needs a fresh sign-in, a dialog asks
 * for one, and the request is sent again: what the person has typed stays. Returns status 0 without
 * a response. Rejects only if the signal is aborted.
 */
export async function callApi(
  method: Method,
  path: string,
  options: ApiRequestOptions = {},
): Promise<ApiResponse> {
  const response = await sendOnce(method, path, options);
  if (response.status !== 403 || problemOf(response).code !== "fresh_session_required") return response;
  const isFresh = await import("./sign-in-again").then(
    ({ signInAgain }) => signInAgain(sendProof),
    // The code could not be loaded. The problem says what to do.
    () => false,
  );
  return isFresh ? sendOnce(method, path, options) : response;
}

async function sendProof(path: string, body: object) {
  const response = await sendOnce("POST", path, { body });
  return { ...response, detail: problemOf(response).detail };
}

async function sendOnce(
  method: Method,
  path: string,
  { body, headers = {}, signal, redirect = "follow" }: ApiRequestOptions,
): Promise<ApiResponse> {
  try {
    const response = await fetch(path, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(method === "GET" || pagePerson === undefined ? {} : { [PERSON_HEADER]: pagePerson }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      cache: "no-store",
      redirect,
      signal: signal ?? null,
    });
    const text = await response.text();
    const retryAfter = Number(response.headers.get("retry-after"));
    const serverTime = Date.parse(response.headers.get("date") ?? "");
    return {
      status: response.status,
      body: parseJson(text),
      ...(retryAfter > 0 ? { retryAfter } : {}),
      ...(Number.isNaN(serverTime) ? {} : { serverTime }),
    };
  } catch {
    signal?.throwIfAborted();
    return { status: 0, body: null };
  }
}

export type ApiProblem = {
  code: ErrorCode | "offline" | "other_person" | "unconfirmed";
  /** Says what happened and what to do. */
  detail: string;
  errors?: FieldError[];
};

/** Reads the problem from an error response. Returns a general message for an unknown body. */
export function problemOf({ status, body }: ApiResponse): ApiProblem {
  if (status === 0) {
    const detail = "Cannot connect. Check your internet connection. Nothing was lost. Try again.";
    return { code: "offline", detail };
  }
  if (isJsonObject(body) && isErrorCode(body.code) && typeof body.detail === "string") {
    const detail = body.code === "unauthenticated" ? SESSION_EXPIRED_DETAIL : body.detail;
    const errors = Array.isArray(body.errors) ? body.errors.filter(isFieldError) : [];
    if (errors.some(({ path }) => path === PERSON_HEADER)) return { code: "other_person", detail };
    return { code: body.code, detail, ...(errors.length > 0 ? { errors } : {}) };
  }
  return {
    code: "internal",
    detail: "Something went wrong on our side. Nothing was lost. Try again.",
  };
}

const SESSION_EXPIRED_DETAIL = "Your session has expired. Sign in again in another tab. Then try again here.";

export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isFieldError(value: unknown): value is FieldError {
  return isJsonObject(value) && typeof value.path === "string" && typeof value.message === "string";
}

function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === "string" && Object.hasOwn(ERRORS, value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // For example the error page of a proxy. The status is enough.
    return null;
  }
}
