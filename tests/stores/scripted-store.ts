import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { portOf } from "./local-storage-server";

export type RecordedRequest = { line: string; headers: Record<string, string>; body: string };
/** The next that fits the request's first line, for requests that come in no certain order; without `on` any does. */
export type ScriptedResponse = {
  on?: RegExp;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
};
export type ScriptedStore = { url: string; requests: RecordedRequest[]; close(): Promise<void> };

/** Answers what it is told, one after the other, and notes what was asked: for what a store does that no store here does. */
export async function startScriptedStore(answers: ScriptedResponse[]): Promise<ScriptedStore> {
  const asked: RecordedRequest[] = [];
  const server = createServer(async (message, response) => {
    const headers = Object.entries(message.headers).map(([name, value]) => [name, String(value)]);
    const body = (await buffer(message)).toString();
    const line = `${message.method} ${message.url}`;
    asked.push({ line, headers: Object.fromEntries(headers), body });
    const next = answers.findIndex(({ on }) => on?.test(line) ?? true);
    const answer = (next < 0 ? undefined : answers.splice(next, 1)[0]) ?? { status: 599 };
    response.writeHead(answer.status ?? 200, { "content-type": "application/xml", ...answer.headers });
    response.end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    return new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { url: `http://127.0.0.1:${portOf(server)}`, requests: asked, close };
}
