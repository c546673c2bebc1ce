import { Problem } from "../errors";

/** Tells whether the database refused a row because its key is taken. */
export function isUniqueViolation(error: unknown): boolean {
  return (
    hasCode(error, "P2002") ||
    hasCode(error, "23505") ||
    (hasCode(error, "P2010") && /\b23505\b|UniqueConstraintViolation/.test(errorDetails(error)))
  );
}

/** Tells whether the database refused a row because the row that it refers to is gone. */
export function isForeignKeyViolation(error: unknown): boolean {
  return hasCode(error, "P2003") || hasCode(error, "23503");
}

/** Tells whether a retry can succeed: serialization failure, deadlock, taken key. */
export function isRetryableConflict(error: unknown): boolean {
  return (
    isUniqueViolation(error) ||
    hasCode(error, "P2034") ||
    (hasCode(error, "P2010") && /\b40001\b|\b40P01\b|TransactionWriteConflict/.test(errorDetails(error)))
  );
}

function hasCode(error: unknown, code: string): boolean {
  return typeof error === "object" && error !== null && "code" in error && error.code === code;
}

/** A failed raw query is a P2010 that contains the driver's code somewhere. */
function errorDetails(error: unknown): string {
  return error instanceof Error
    ? `${error.message} ${JSON.stringify("meta" in error ? error.meta : "")}`
    : "";
}

const MAX_TRIES = 3;

/**
 * Retries a transaction that lost a race. After the third loss it throws a taken key as it is, and
 * anything else as `unavailable`, because the same request may succeed a moment later.
 */
export async function retryTransaction<T>(run: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await run();
    } catch (error) {
      if (!isRetryableConflict(error)) throw error;
      if (tried < MAX_TRIES) continue;
      if (isUniqueViolation(error)) throw error;
      const detail =
        "Too many requests changed this at the same time. Nothing was changed. Please try again.";
      throw new Problem("unavailable", detail, { cause: error });
    }
  }
}
