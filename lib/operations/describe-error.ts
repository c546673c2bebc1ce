import { errorNameOf, httpStatusOf, rootCauseOf } from "../storage/s3/errors";

/**
 * Describes the innermost cause of a failed call in one line, for the person who runs the command.
 */
export function describeError(error: unknown): string {
  const cause = rootCauseOf(error);
  if (!(cause instanceof Error)) return String(cause);
  const status = httpStatusOf(cause);
  // The SDK sets this message if the response has no body.
  const message = cause.message === "UnknownError" ? "" : cause.message;
  if (status === undefined) return message || cause.name;
  return `The store responded ${status} ${errorNameOf(cause)}${message ? `: ${message}` : "."}`;
}
