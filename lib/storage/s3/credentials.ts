import type { Clock } from "../../clock";
import { Problem } from "../../errors";
import type { Credentials } from "./sigv4";

export type CredentialSource = Credentials | (() => Promise<Credentials>);

/** Temporary credentials are fetched anew this long before they end, in milliseconds. */
const REFRESH_EARLY_MS = 5 * 60 * 1000;

/**
 * The credentials of the moment: kept while they last, fetched once however many ask, and fetched anew in time. Where that fails, the old ones serve
 * to their end. Fails with `unavailable`.
 */
export function cacheCredentials(source: CredentialSource, clock: Clock): () => Promise<Credentials> {
  if (typeof source !== "function") return async () => source;
  let kept: Credentials | undefined;
  let fetching: Promise<Credentials> | undefined;
  const left = (credentials: Credentials) =>
    credentials.expiration
      ? credentials.expiration.getTime() - clock.now().getTime()
      : Number.POSITIVE_INFINITY;
  return async () => {
    if (kept && left(kept) > REFRESH_EARLY_MS) return kept;
    fetching ??= source().finally(() => {
      fetching = undefined;
    });
    try {
      kept = await fetching;
    } catch (error) {
      if (!kept || left(kept) <= 0) throw credentialsProblem(error);
    }
    return kept;
  };
}

/** The seconds that a signature may promise: never more than its credentials live. Fails with `unavailable` where they have ended. */
export function limitLifetime(credentials: Credentials, wanted: number, clock: Clock): number {
  if (!credentials.expiration) return wanted;
  const left = Math.floor((credentials.expiration.getTime() - clock.now().getTime()) / 1000);
  if (left < 1) throw credentialsProblem(new Error("The credentials have expired"));
  return Math.min(wanted, left);
}

function credentialsProblem(cause: unknown): Problem {
  return new Problem("unavailable", "The file store cannot be used at the moment.", { cause });
}
