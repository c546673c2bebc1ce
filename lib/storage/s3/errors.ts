import { notFoundProblem, Problem } from "../../errors";

/** What the SDK tells of a failed call; every member may be missing, for what answered need not have been S3. */
type SdkError = { name?: unknown; $metadata?: { httpStatusCode?: unknown; attempts?: unknown } };

function asSdkError(error: unknown): SdkError {
  return typeof error === "object" && error !== null ? error : {};
}

export function httpStatusOf(error: unknown): number | undefined {
  const status = asSdkError(error).$metadata?.httpStatusCode;
  return typeof status === "number" ? status : undefined;
}

/** What the store itself answered, or what kept it from answering: what is around it says only that it cannot be reached. */
export function rootCauseOf(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

/** How often the SDK sent the request. */
export function attemptCountOf(error: unknown): number {
  const attempts = asSdkError(error).$metadata?.attempts;
  return typeof attempts === "number" ? attempts : 1;
}

export function errorNameOf(error: unknown): string {
  const { name } = asSdkError(error);
  return typeof name === "string" ? name : "";
}

/**
 * The problem that an error of the SDK amounts to. Only S3's own NoSuchKey means "not there" (and NoSuchUpload; Ceph
 * says NoSuchKey of both): a bare 404 may come from a missing bucket or
 * from whatever else answers at that address, and 403 from a missing object as well as from missing rights.
 */
export function toStoreProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const [status, name] = [httpStatusOf(error), errorNameOf(error)];
  if (status === 404 && (name === "NoSuchKey" || name === "NoSuchUpload")) return notFoundProblem();
  if (status === 412 || (status === 409 && name === "ConditionalRequestConflict"))
    return new Problem("conflict", "There is a file under this key already.", { cause: error });
  return storeUnreachable(error);
}

export function storeUnreachable(cause: unknown): Problem {
  return new Problem("unavailable", "The file store cannot be reached at the moment.", { cause });
}

/** An answer that claims success and is not what S3 would say. */
export function invalidResponse(what: string): Problem {
  return storeUnreachable(new Error(`The answer is not one of S3: ${what}`));
}
