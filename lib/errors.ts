/**
 * The closed list of error codes, each with its HTTP status and a title. The browser uses it too.
 * A code is part of the HTTP contract: add one, but never rename one. The reserved codes are in
 * docs/decisions/0004-error-codes-and-reserved-names.md.
 */
export const ERRORS = {
  bad_json: { status: 400, title: "The body is not JSON" },
  unauthenticated: { status: 401, title: "Sign in first" },
  forbidden: { status: 403, title: "Not allowed" },
  fresh_session_required: { status: 403, title: "Sign in again first" },
  second_factor_required: { status: 403, title: "Your role needs a second factor" },
  suspended: { status: 403, title: "This account is suspended" },
  cross_site: { status: 403, title: "The request came from another site" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "This URL does not support this method" },
  conflict: { status: 409, title: "Another change came first, or the current state does not allow this" },
  held: { status: 409, title: "There is a hold on it" },
  not_uploaded: { status: 409, title: "The file is not uploaded yet" },
  quota_exceeded: { status: 409, title: "Your upload limit is reached" },
  gone: { status: 410, title: "No longer available" },
  purged: { status: 410, title: "The file was permanently deleted" },
  too_large: { status: 413, title: "The file is too large" },
  unsupported_media_type: { status: 415, title: "The body is not JSON" },
  type_not_allowed: { status: 415, title: "This file type is not accepted" },
  invalid: { status: 422, title: "Some entries are not valid" },
  empty_file: { status: 422, title: "The file is empty" },
  content_mismatch: { status: 422, title: "The file differs from what was declared" },
  unreadable_file: { status: 422, title: "The file cannot be read" },
  idempotency_mismatch: { status: 422, title: "This Idempotency-Key belongs to a different request" },
  rate_limited: { status: 429, title: "Too many requests" },
  /** A defect in our code, never caused by the input. */
  internal: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Temporarily unavailable" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One entry of a problem's `errors`. `path` is dotted, or "" for the whole body. */
export type FieldError = { path: string; message: string };

/** The error class of this application. `detail` says what to do. `cause` is never sent. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors: FieldError[] | undefined;
  /** Seconds before the next attempt. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    options: { errors?: FieldError[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, { cause: options.cause });
    this.code = code;
    this.detail = detail;
    this.errors = options.errors;
    this.retryAfter = options.retryAfter ?? (code === "unavailable" ? 5 : undefined);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  /** Returns the body of the response, as in RFC 9457. */
  toJSON(): ProblemBody {
    const { status, title } = ERRORS[this.code];
    return {
      type: `urn:dossier:${this.code}`,
      title,
      status,
      code: this.code,
      detail: this.detail,
      ...(this.errors ? { errors: this.errors } : {}),
    };
  }
}

/** `application/problem+json` as in RFC 9457, with our `code` and `errors`. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: FieldError[];
};

/** Creates one response for missing ids and for those of other members, so ids cannot be probed. */
export function notFoundProblem(): Problem {
  return new Problem("not_found", "Not found, or you have no access to it.");
}

export function unauthenticatedProblem(): Problem {
  return new Problem("unauthenticated", "Sign in first.");
}
