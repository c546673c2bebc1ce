import { Problem } from "../errors";

/** True where the database refused a row because its key is taken. */
export function isUniqueViolation(thrown: unknown): boolean {
  return (
    hasCode(thrown, "P2002") ||
    hasCode(thrown, "23505") ||
    (hasCode(thrown, "P2010") && /\b23505\b|UniqueConstraintViolation/.test(errorDetails(thrown)))
  );
}

/** True where the transaction lost against another one and may simply be run again: serialization failure, deadlock, taken key. */
export function isRetryableConflict(thrown: unknown): boolean {
  return (
    isUniqueViolation(thrown) ||
    hasCode(thrown, "P2034") ||
    (hasCode(thrown, "P2010") && /\b40001\b|\b40P01\b|TransactionWriteConflict/.test(errorDetails(thrown)))
  );
}

function hasCode(thrown: unknown, code: string): boolean {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && thrown.code === code;
}

/** Raw queries fail as P2010 with the driver's own code somewhere inside. */
function errorDetails(thrown: unknown): string {
  return thrown instanceof Error
    ? `${thrown.message} ${JSON.stringify("meta" in thrown ? thrown.meta : "")}`
    : "";
}

const MAX_TRIES = 3;

/**
 * Runs a transaction again where it lost a race. The third loss is the caller's: a taken key as it is, anything else as `unavailable`, for the same
 * request may well succeed a moment later.
 */
export async function retryTransaction<T>(run: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await run();
    } catch (thrown) {
      if (!isRetryableConflict(thrown)) throw thrown;
      if (tried < MAX_TRIES) continue;
      if (isUniqueViolation(thrown)) throw thrown;
      const detail = "Too many people were at this at once. Nothing was changed; please try again.";
      throw new Problem("unavailable", detail, { cause: thrown });
    }
  }
}
