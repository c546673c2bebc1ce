/**
 * The closed list of what can go wrong, with the HTTP status of each. A code is part of the HTTP contract: add, never rename.
 * Runs in the browser too, where the screens turn a code into words.
 * docs/decisions/0004-error-codes-and-reserved-names.md lists the names that the contract reserves for code to come.
 */
export const ERRORS = {
  bad_json: { status: 400, title: "The body is not JSON" },
  unauthenticated: { status: 401, title: "Please sign in" },
  forbidden: { status: 403, title: "Not allowed" },
  cross_site: { status: 403, title: "The request came from another site" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "This address does not know that method" },
  conflict: { status: 409, title: "Somebody else was first, or the state does not allow it" },
  not_uploaded: { status: 409, title: "The file has not arrived yet" },
  quota_exceeded: { status: 409, title: "No room for another file" },
  gone: { status: 410, title: "No longer there" },
  purged: { status: 410, title: "The file has been destroyed" },
  too_large: { status: 413, title: "The file is too large" },
  unsupported_media_type: { status: 415, title: "The body is not JSON" },
  type_not_allowed: { status: 415, title: "This kind of file is not accepted here" },
  invalid: { status: 422, title: "Something does not fit" },
  empty_file: { status: 422, title: "The file is empty" },
  content_mismatch: { status: 422, title: "The file is not what was announced" },
  unreadable_file: { status: 422, title: "The file cannot be read" },
  idempotency_mismatch: { status: 422, title: "The same key came with another request" },
  rate_limited: { status: 429, title: "Too many tries" },
  /** A defect of ours; never the answer to an input. */
  internal: { status: 500, title: "Something went wrong on our side" },
  unavailable: { status: 503, title: "Not reachable at the moment" },
} as const satisfies Record<string, { status: number; title: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** One member of a problem's `errors`: `path` is dotted, "" for the whole body. */
export type FieldError = { path: string; message: string };

/** The one error of this application. `detail` says in plain words what to do; `cause` keeps what led here and is never sent. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ErrorCode;
  readonly detail: string;
  readonly errors: FieldError[] | undefined;
  /** Seconds after which trying again makes sense. */
  readonly retryAfter: number | undefined;

  constructor(
    code: ErrorCode,
    detail: string,
    more: { errors?: FieldError[]; retryAfter?: number; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, { cause: more.cause });
    this.code = code;
    this.detail = detail;
    this.errors = more.errors;
    this.retryAfter = more.retryAfter ?? (code === "unavailable" ? 5 : undefined);
  }

  get status(): number {
    return ERRORS[this.code].status;
  }

  /** The body of RFC 9457. */
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

/** `application/problem+json` as RFC 9457 has it, with our `code` and `errors`. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  code: ErrorCode;
  detail: string;
  errors?: FieldError[];
};

/** Foreign and missing are the same answer, to the byte, so that ids cannot be probed. */
export function notFoundProblem(): Problem {
  return new Problem("not_found", "There is nothing here that you may see.");
}
