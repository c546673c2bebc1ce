import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { portOf } from "./local-storage-server";

export type RecordedRequest = { line: string; headers: Record<string, string>; body: string };
/** With `on`, only for requests whose method and URL match it, in any order. */
export type ScriptedResponse = {
  on?: RegExp;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
};
export type ScriptedStore = { url: string; requests: RecordedRequest[]; close(): Promise<void> };

/**
 * Starts a server that sends these responses in order and records the requests: for behaviour that
 * no store of the tests has.
 */
export async function startScriptedStore(responses: ScriptedResponse[]): Promise<ScriptedStore> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (message, response) => {
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
    const body = (await buffer(message)).toString();
    const line = `${message.method} ${message.url}`;
    requests.push({ line, headers: Object.fromEntries(headers), body });
    const index = responses.findIndex(({ on }) => on?.test(line) ?? true);
    const scripted = (index < 0 ? undefined : responses.splice(index, 1)[0]) ?? { status: 599 };
    response.writeHead(scripted.status ?? 200, { "content-type": "application/xml", ...scripted.headers });
    response.end(scripted.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${portOf(server)}`, requests, close };
}
