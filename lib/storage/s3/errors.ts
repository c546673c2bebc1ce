import { notFoundProblem, Problem } from "../../errors";

/** What the SDK reports of a failed call. Any member may be missing: the server need not be S3. */
type SdkError = { name?: unknown; $metadata?: { httpStatusCode?: unknown; attempts?: unknown } };

function asSdkError(error: unknown): SdkError {
  return typeof error === "object" && error !== null ? error : {};
}

export function httpStatusOf(error: unknown): number | undefined {
  const status = asSdkError(error).$metadata?.httpStatusCode;
  return typeof status === "number" ? status : undefined;
}

/** Returns the innermost cause: the error that the store returned, or the network error. */
export function rootCauseOf(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

/** Returns how often the SDK sent the request. */
export function attemptCountOf(error: unknown): number {
  const attempts = asSdkError(error).$metadata?.attempts;
  return typeof attempts === "number" ? attempts : 1;
}

export function errorNameOf(error: unknown): string {
  const { name } = asSdkError(error);
  return typeof name === "string" ? name : "";
}

/**
 * Converts an error of the SDK into a problem. Only NoSuchKey and NoSuchUpload mean `not_found`
 * (Ceph sends NoSuchKey for both). A bare 404 may come from a missing bucket or another server,
 * and 403 from a missing object as well as from missing permissions.
 */
export function toStoreProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const [status, name] = [httpStatusOf(error), errorNameOf(error)];
  if (status === 404 && (name === "NoSuchKey" || name === "NoSuchUpload")) return notFoundProblem();
  if (status === 412 || (status === 409 && name === "ConditionalRequestConflict"))
    return conflictProblem(error);
  return storeUnreachable(error);
}

export function conflictProblem(cause?: unknown): Problem {
  return new Problem("conflict", "A file with this key already exists.", { cause });
}

export function storeUnreachable(cause: unknown): Problem {
  return new Problem("unavailable", "The file store cannot be reached at the moment.", { cause });
}

/** For a response that claims success but is not what S3 returns. */
export function invalidResponse(details: string): Problem {
  return storeUnreachable(new Error(`The response is not one of S3: ${details}`));
}
