import { request as requestPlain } from "node:http";
import { request as requestSecure } from "node:https";

export type HttpRequest = {
  method?: string;
  url: string | URL;
  headers?: Record<string, string>;
  body?: Uint8Array;
  /** For the complete response. */
  timeoutMs?: number;
  /** The rest of a longer body is not read. */
  maxBodyBytes?: number;
};
export type HttpResponse = { status: number; headers: Headers; body: Buffer };

const DEFAULT_TIMEOUT_MS = 3000;
const DEFAULT_MAX_BODY_BYTES = 64 * 1024;

/**
 * Sends one request exactly as given, on a connection of its own, without credentials and
 * redirects. `fetch` would set some headers itself and refuse others, such as `Host` and
 * `Content-Length`. Rejects if there is no complete response within the timeout (`ETIMEDOUT`).
 */
export function sendRequest({
  method = "GET",
  url,
  headers = {},
  body,
  timeoutMs = DEFAULT_TIMEOUT_MS,
  maxBodyBytes = DEFAULT_MAX_BODY_BYTES,
}: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const send = new URL(url).protocol === "https:" ? requestSecure : requestPlain;
    const request = send(url, { method, headers, agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const finish = () => {
        const pairs = Object.entries(response.headersDistinct).flatMap(([name, values = []]) =>
          values.map((value): [string, string] => [name, value]),
        );
        const status = response.statusCode ?? 0;
        resolve({ status, headers: new Headers(pairs), body: Buffer.concat(chunks) });
      };
      response.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= maxBodyBytes) return;
        finish();
        response.destroy();
      });
      response.on("error", reject);
      response.on("end", finish);
    });
    request.on("error", (error) => {
      const late = new Error(`No response within ${timeoutMs / 1000} seconds`);
      reject(signal.aborted ? Object.assign(late, { code: "ETIMEDOUT" }) : error);
    });
    request.end(body);
  });
}

export const isSuccess = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;

/** Whether the server refused the request. A 5xx says nothing about that. */
export const isClientError = ({ status }: HttpResponse): boolean => status >= 400 && status < 500;

/** Returns the status, and S3's error code if the body has one, such as `403 AccessDenied`. */
export function describeStatus({ status, body }: HttpResponse): string {
  const code = /<Code>([A-Za-z0-9]+)<\/Code>/.exec(body.toString())?.[1];
  return code ? `${status} ${code}` : String(status);
}

/**
 * Returns the headers of a request for `site` that is sent to another origin, as a proxy would set
 * them.
 */
export function forwardedHostHeaders(site: string): Record<string, string> {
  const { host, protocol } = new URL(site);
  return { host, "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1) };
}
