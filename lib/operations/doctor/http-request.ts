import { request as plain } from "node:http";
import { request as secure } from "node:https";

export type HttpRequest = { method: string; url: string; headers?: Record<string, string>; body?: Uint8Array };
export type HttpResponse = { status: number; headers: Record<string, string | undefined>; body: string };

/** Bytes of an answer that are looked at. */
const MAX_BODY_BYTES = 64 * 1024;
const TIMEOUT_MS = 3000;

/**
 * One request as it stands, from nobody: no credentials but those in its address, any header (`fetch` sets some itself and refuses others), no redirects.
 * Fails where there is no whole answer within 3 seconds.
 */
export function sendRequest({ method, url, headers = {}, body }: HttpRequest): Promise<HttpResponse> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const start = url.startsWith("https:") ? secure : plain;
    const sent = start(url, { method, headers, agent: false, signal }, (answer) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const end = () => {
        const found = Object.entries(answer.headers).map(([name, value]) => [name, value?.toString()]);
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: answer.statusCode ?? 0, headers: Object.fromEntries(found), body: text });
      };
      answer.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size <= MAX_BODY_BYTES) return;
        end();
        answer.destroy();
      });
      answer.on("error", reject);
      answer.on("end", end);
    });
    sent.on("error", (error) =>
      reject(signal.aborted ? new Error(`No answer within ${TIMEOUT_MS / 1000} seconds`) : error),
    );
    sent.end(body);
  });
}

export const isSuccess = ({ status }: HttpResponse): boolean => status >= 200 && status < 300;

/** Whether the store would not have it; what it says when it could not (5xx) tells nothing. Most say 403, R2 says 400 and 401. */
export const isClientError = ({ status }: HttpResponse): boolean => status >= 400 && status < 500;

/** The store's own code for a refusal, such as `AccessDenied`, with its status. */
export function describeRefusal({ status, body }: HttpResponse): string {
  const code = /<Code>([A-Za-z0-9]+)<\/Code>/.exec(body)?.[1];
  return code ? `${status} ${code}` : String(status);
}
