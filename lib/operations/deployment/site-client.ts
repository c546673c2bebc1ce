import { forwardedHostHeaders, type HttpResponse, sendRequest } from "../http-prober";

export type SiteClient = (path: string, headers?: Record<string, string>) => Promise<HttpResponse>;

const [TIMEOUT_MS, MAX_BODY_BYTES] = [10_000, 2 * 1024 * 1024];

/**
 * Returns a client that sends GET requests for `site`. With `at` they go to that origin instead,
 * with the host and scheme of `site`: to the application itself before its proxy exists.
 */
export function createSiteClient(site: string, at: string = site): SiteClient {
  const forwarded = at === site ? {} : forwardedHostHeaders(site);
  return (path, headers = {}) =>
    sendRequest({
      url: new URL(path, at),
      headers: { accept: "*/*", ...forwarded, ...headers },
      timeoutMs: TIMEOUT_MS,
      maxBodyBytes: MAX_BODY_BYTES,
    });
}
