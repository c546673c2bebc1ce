import { Problem } from "../../errors";

export function errnoCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

export function isNotFoundError(error: unknown): boolean {
  return errnoCodeOf(error) === "ENOENT" || errnoCodeOf(error) === "ENOTDIR";
}

/** Turns what the file system says into a problem. What is one already stays as it is. */
export function diskProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const full = errnoCodeOf(error) === "ENOSPC" || errnoCodeOf(error) === "EDQUOT";
  return new Problem(
    "unavailable",
    full ? "The disk is full." : "The files cannot be reached at the moment.",
    {
      cause: error,
    },
  );
}

/** An error of the file system, as against one of whoever supplies the bytes. */
export function wrapDiskErrors<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => Promise.reject(diskProblem(error)));
}

export function conflictProblem(cause?: unknown): Problem {
  return new Problem("conflict", "There is a file under this key already.", { cause });
}
