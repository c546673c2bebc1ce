import { Problem } from "../../errors";

export function errnoCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function isNotFoundError(error: unknown): boolean {
  return errnoCodeOf(error) === "ENOENT" || errnoCodeOf(error) === "ENOTDIR";
}

/** Converts an error of the file system into a problem. Returns a problem unchanged. */
export function diskProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const isFull = errnoCodeOf(error) === "ENOSPC" || errnoCodeOf(error) === "EDQUOT";
  const detail = isFull ? "The disk is full." : "The files cannot be reached at the moment.";
  return new Problem("unavailable", detail, { cause: error });
}

/** Converts errors of a file operation, but not those of the stream that supplies the bytes. */
export function wrapDiskErrors<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => Promise.reject(diskProblem(error)));
}

export function conflictProblem(cause?: unknown): Problem {
  return new Problem("conflict", "A file with this key already exists.", { cause });
}
