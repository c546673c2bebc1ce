import { Problem } from "../errors";

/** True where the database refused a row because its key is taken. */
export function uniqueViolation(thrown: unknown): boolean {
  return (
    hasCode(thrown, "P2002") ||
    hasCode(thrown, "23505") ||
    (hasCode(thrown, "P2010") && /\b23505\b|UniqueConstraintViolation/.test(details(thrown)))
  );
}

/** True where the transaction lost against another one and may simply be run again: serialization failure, deadlock, taken key. */
export function lostRace(thrown: unknown): boolean {
  return (
    uniqueViolation(thrown) ||
    hasCode(thrown, "P2034") ||
    (hasCode(thrown, "P2010") && /\b40001\b|\b40P01\b|TransactionWriteConflict/.test(details(thrown)))
  );
}

function hasCode(thrown: unknown, code: string): boolean {
  return typeof thrown === "object" && thrown !== null && "code" in thrown && thrown.code === code;
}

/** Raw queries fail as P2010 with the driver's own code somewhere inside. */
function details(thrown: unknown): string {
  return thrown instanceof Error
    ? `${thrown.message} ${JSON.stringify("meta" in thrown ? thrown.meta : "")}`
    : "";
}

const TRIES = 3;

/**
 * Runs a transaction again where it lost a race. The third loss is the caller's: a taken key as it is, anything else as `unavailable`, for the same
 * request may well succeed a moment later.
 */
export async function retried<T>(run: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await run();
    } catch (thrown) {
      if (!lostRace(thrown)) throw thrown;
      if (tried < TRIES) continue;
      if (uniqueViolation(thrown)) throw thrown;
      const detail = "Too many people were at this at once. Nothing was changed; please try again.";
      throw new Problem("unavailable", detail, { cause: thrown });
    }
  }
}
