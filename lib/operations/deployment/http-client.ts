import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";

export type HttpResponse = { status: number; headers: Headers; body: string };

const TIMEOUT_MS = 10_000;
const MAX_BODY_BYTES = 2 * 1024 * 1024;

/**
 * Asks a site as a browser does that came to `site`, following no redirect. `at`: where to knock instead, such as the application itself behind a proxy
 * that is not there yet; it is told the host and the scheme all the same.
 */
export function createSiteClient(
  site: string,
  at: string = site,
): (path: string, headers?: Record<string, string>) => Promise<HttpResponse> {
  const said = at === site ? {} : forwardedHostHeaders(site);
  return (path, headers = {}) => sendRequest(new URL(path, at), { ...said, ...headers });
}

/** What a request says that came for `site`, wherever it arrives. */
export function forwardedHostHeaders(site: string): Record<string, string> {
  const { host, protocol } = new URL(site);
  return { host, "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1) };
}

function sendRequest(url: URL, headers: Record<string, string>): Promise<HttpResponse> {
  const send = url.protocol === "https:" ? requestSecure : requestPlain;
  return new Promise((done, fail) => {
    const request = send(
      url,
      { headers: { accept: "*/*", ...headers }, timeout: TIMEOUT_MS, agent: false },
      (response) => {
        const parts: Buffer[] = [];
        let size = 0;
        response.on("data", (part: Buffer) => {
          size += part.length;
          if (size <= MAX_BODY_BYTES) parts.push(part);
        });
        response.on("error", fail);
        response.on("end", () => {
          const pairs = Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
            values.map((value): [string, string] => [name, value]),
          );
          done({
            status: response.statusCode ?? 0,
            headers: new Headers(pairs),
            body: Buffer.concat(parts).toString("utf8"),
          });
        });
      },
    );
    request.on("timeout", () =>
      request.destroy(Object.assign(new Error("No answer in time"), { code: "ETIMEDOUT" })),
    );
    request.on("error", fail);
    request.end();
  });
}
