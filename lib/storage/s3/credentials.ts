import type { Clock } from "../../clock";
import { Problem } from "../../errors";

/** Access keys to a store. Temporary credentials have a session token and an expiration. */
export type Credentials = {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  expiration?: Date | undefined;
};

/** Fixed credentials, or a function that fetches temporary ones. */
export type CredentialSource = Credentials | (() => Promise<Credentials>);

/** Milliseconds before their expiration at which temporary credentials are fetched again. */
const REFRESH_EARLY_MS = 5 * 60 * 1000;

/**
 * Caches the credentials of `source`. Concurrent callers share one fetch. If a refresh fails, the
 * old credentials serve until they expire. Fails with `unavailable`.
 */
export function cacheCredentials(source: CredentialSource, clock: Clock): () => Promise<Credentials> {
  if (typeof source !== "function") return async () => source;
  let cached: Credentials | undefined;
  let fetching: Promise<Credentials> | undefined;
  const remainingMs = (credentials: Credentials) =>
    credentials.expiration
      ? credentials.expiration.getTime() - clock.now().getTime()
      : Number.POSITIVE_INFINITY;
  return async () => {
    if (cached && remainingMs(cached) > REFRESH_EARLY_MS) return cached;
    fetching ??= source().finally(() => {
      fetching = undefined;
    });
    try {
      cached = await fetching;
    } catch (error) {
      if (!cached || remainingMs(cached) <= 0) throw credentialsProblem(error);
    }
    return cached;
  };
}

/**
 * Returns the seconds that a signature may be valid: never longer than its credentials.
 * Fails with `unavailable` if the credentials have expired.
 */
export function limitLifetime(credentials: Credentials, wantedSeconds: number, clock: Clock): number {
  if (!credentials.expiration) return wantedSeconds;
  const remaining = Math.floor((credentials.expiration.getTime() - clock.now().getTime()) / 1000);
  if (remaining < 1) throw credentialsProblem(new Error("The credentials have expired"));
  return Math.min(wantedSeconds, remaining);
}

function credentialsProblem(cause: unknown): Problem {
  return new Problem("unavailable", "The file store cannot be used at the moment.", { cause });
}
