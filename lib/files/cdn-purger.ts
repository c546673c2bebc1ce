import type { Env } from "../config/env";
import { Problem } from "../errors";
import { safeErrorReason } from "../observability/safe-error-reason";

/** What stands before the public storage and keeps copies of its own: a CDN. */
export interface CdnPurger {
  /** Resolves once the caches have agreed to forget these addresses; fails within seconds where they have not. */
  purgeUrls(addresses: readonly string[]): Promise<void>;
}

/** Addresses in one call: what the usual CDNs take at once. */
const URLS_PER_REQUEST = 100;
const TIMEOUT_MS = 3_000;

/** The hook of MEDIA_PURGE_URL: `POST { urls }` as JSON, where any 2xx is agreement. Nothing where none is set. */
export function cdnPurgerFromEnv({ MEDIA_PURGE_URL }: Pick<Env, "MEDIA_PURGE_URL">): { cdnPurger?: CdnPurger } {
  return MEDIA_PURGE_URL ? { cdnPurger: createCdnPurger(MEDIA_PURGE_URL) } : {};
}

export function createCdnPurger(hook: string, patience = TIMEOUT_MS): CdnPurger {
  const { url, headers } = splitHookCredentials(hook);
  return {
    purgeUrls: async (addresses) => {
      for (let from = 0; from < addresses.length; from += URLS_PER_REQUEST) {
        const answer = await fetch(url, {
          method: "POST",
          headers,
          body: JSON.stringify({ urls: addresses.slice(from, from + URLS_PER_REQUEST) }),
          // A redirect would carry the addresses to somebody who was not named.
          redirect: "error",
          signal: AbortSignal.timeout(patience),
        }).catch((cause: unknown) => {
          // Without the cause, whose message may name the hook, and with it a secret.
          throw cdnPurgeProblem(safeErrorReason(cause));
        });
        await answer.body?.cancel();
        if (!answer.ok) throw cdnPurgeProblem(`they answer ${answer.status}`);
      }
    },
  };
}

function cdnPurgeProblem(reason: string): Problem {
  return new Problem("unavailable", `The caches were not told: ${reason}.`);
}

/** A name and password in the hook's address are sent as they are meant, which `fetch` by itself refuses to do. */
function splitHookCredentials(hook: string): { url: string; headers: Record<string, string> } {
  const url = new URL(hook);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (username || password) {
    const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
  }
  return { url: url.href, headers };
}
