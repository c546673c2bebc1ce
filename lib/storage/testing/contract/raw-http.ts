import { request } from "node:http";

export type RawRequest = { method: string; url: string; headers?: Record<string, string>; body?: Uint8Array };
export type RawResponse = { status: number; headers: Record<string, string>; body: Buffer };

/**
 * Sends one request unchanged. Unlike `fetch`, it sends any header, even a wrong Content-Length,
 * and follows no redirect.
 */
export function sendRaw({ method, url, headers = {}, body }: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(entries),
          body: Buffer.concat(chunks),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
