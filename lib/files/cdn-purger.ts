import type { Env } from "../config/env";
import { Problem } from "../errors";
import { safeErrorReason } from "../observability/safe-error-reason";

/** A CDN in front of the public storage. */
export interface CdnPurger {
  /** Removes these URLs from the CDN's caches. Errors: unavailable, within seconds. */
  purgeUrls(urls: readonly string[]): Promise<void>;
}

/** The usual CDNs accept this many URLs in one request. */
const URLS_PER_REQUEST = 100;
const TIMEOUT_MS = 3_000;

/** Builds a purger for the hook MEDIA_PURGE_URL: `POST { urls }` as JSON; any 2xx is success. */
export function cdnPurgerFromEnv({ MEDIA_PURGE_URL }: Pick<Env, "MEDIA_PURGE_URL">): {
  cdnPurger?: CdnPurger;
} {
  return MEDIA_PURGE_URL ? { cdnPurger: createCdnPurger(MEDIA_PURGE_URL) } : {};
}

export function createCdnPurger(hookUrl: string, timeoutMs = TIMEOUT_MS): CdnPurger {
  const { url, headers } = splitHookCredentials(hookUrl);
  return {
    purgeUrls: async (urls) => {
      for (let from = 0; from < urls.length; from += URLS_PER_REQUEST) {
        const response = await fetch(url, {
          method: "POST",
          headers,
          body: JSON.stringify({ urls: urls.slice(from, from + URLS_PER_REQUEST) }),
          // A redirect would send the URLs to a server that the operator did not name.
          redirect: "error",
          signal: AbortSignal.timeout(timeoutMs),
        }).catch((error: unknown) => {
          // Without the cause: its message may contain the hook's URL, and with it a secret.
          throw cdnPurgeProblem(safeErrorReason(error));
        });
        await response.body?.cancel();
        if (!response.ok) throw cdnPurgeProblem(`the hook responded ${response.status}`);
      }
    },
  };
}

function cdnPurgeProblem(reason: string): Problem {
  return new Problem("unavailable", `The CDN purge failed: ${reason}.`);
}

/** Moves the credentials of the hook's URL to a header, because `fetch` rejects them in a URL. */
function splitHookCredentials(hookUrl: string): { url: string; headers: Record<string, string> } {
  const url = new URL(hookUrl);
  const { username, password } = url;
  url.username = "";
  url.password = "";
  const headers: Record<string, string> = { "content-type": "application/json" };
  if (username || password) {
    const credentials = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    headers.authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  }
  return { url: url.href, headers };
}
