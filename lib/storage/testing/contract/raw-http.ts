import { request } from "node:http";

export type RawRequest = { method: string; url: string; headers?: Record<string, string>; body?: Uint8Array };
export type RawResponse = { status: number; headers: Record<string, string>; body: Buffer };

/** One request as it stands: unlike `fetch` this sends any header, a wrong Content-Length too, and follows nothing. */
export function sendRaw({ method, url, headers = {}, body }: RawRequest): Promise<RawResponse> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const found = Object.entries(answer.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: answer.statusCode ?? 0,
          headers: Object.fromEntries(found),
          body: Buffer.concat(chunks),
        });
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
