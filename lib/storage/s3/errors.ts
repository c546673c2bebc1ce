import { notFound, Problem } from "../../errors";

/** What the SDK tells of a failed call; every member may be missing, for what answered need not have been S3. */
type Told = { name?: unknown; $metadata?: { httpStatusCode?: unknown; attempts?: unknown } };

function told(error: unknown): Told {
  return typeof error === "object" && error !== null ? error : {};
}

export function statusOf(error: unknown): number | undefined {
  const status = told(error).$metadata?.httpStatusCode;
  return typeof status === "number" ? status : undefined;
}

/** What the store itself answered, or what kept it from answering: what is around it says only that it cannot be reached. */
export function innermost(error: unknown): unknown {
  let inner = error;
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause;
  return inner;
}

/** How often the SDK sent the request. */
export function attemptsOf(error: unknown): number {
  const attempts = told(error).$metadata?.attempts;
  return typeof attempts === "number" ? attempts : 1;
}

export function nameOf(error: unknown): string {
  const { name } = told(error);
  return typeof name === "string" ? name : "";
}

/**
 * The problem that an error of the SDK amounts to. Only S3's own NoSuchKey means "not there" (and NoSuchUpload; Ceph
 * says NoSuchKey of both): a bare 404 may come from a missing bucket or
 * from whatever else answers at that address, and 403 from a missing object as well as from missing rights.
 */
export function storeProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const [status, name] = [statusOf(error), nameOf(error)];
  if (status === 404 && (name === "NoSuchKey" || name === "NoSuchUpload")) return notFound();
  if (status === 412 || (status === 409 && name === "ConditionalRequestConflict"))
    return new Problem("conflict", "There is a file under this key already.", { cause: error });
  return unreachable(error);
}

export function unreachable(cause: unknown): Problem {
  return new Problem("unavailable", "The file store cannot be reached at the moment.", { cause });
}

/** An answer that claims success and is not what S3 would say. */
export function nonsense(what: string): Problem {
  return unreachable(new Error(`The answer is not one of S3: ${what}`));
}
