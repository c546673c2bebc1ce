import { createServer, type IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import * as storage from "../../app/api/storage/[...key]/route";
import * as complete from "../../app/api/uploads/[id]/complete/route";
import * as parts from "../../app/api/uploads/[id]/parts/route";
import * as upload from "../../app/api/uploads/[id]/route";
import * as uploads from "../../app/api/uploads/route";

// Serves the handlers of uploads and of local storage on PORT without Next, which is not measured.
const METHODS = ["GET", "POST", "PUT", "DELETE"] as const;
type Params = Record<string, string | string[]>;
type Handler = (request: Request, context: { params: Promise<Params | undefined> }) => Promise<Response>;
type Handlers = Record<(typeof METHODS)[number], Handler>;

const ROUTES: [RegExp, Handlers, (found: string) => Params | undefined][] = [
  [/^\/api\/uploads$/, uploads, () => undefined],
  [/^\/api\/uploads\/([^/]+)$/, upload, (id) => ({ id })],
  [/^\/api\/uploads\/([^/]+)\/parts$/, parts, (id) => ({ id })],
  [/^\/api\/uploads\/([^/]+)\/complete$/, complete, (id) => ({ id })],
  [/^\/api\/storage\/(.+)$/, storage, (key) => ({ key: key.split("/") })],
];

function handleRequest(request: Request): Promise<Response> | Response {
  const { pathname } = new URL(request.url);
  for (const [pattern, handlers, paramsOf] of ROUTES) {
    const found = pattern.exec(pathname);
    const method = METHODS.find((each) => each === request.method);
    if (found && method)
      return handlers[method](request, { params: Promise.resolve(paramsOf(found[1] ?? "")) });
  }
  return new Response(null, { status: pathname === "/" ? 200 : 404 });
}

function toRequest(incoming: IncomingMessage): Request {
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  const init: RequestInit & { duplex: "half" } = {
    method: incoming.method ?? "GET",
    headers,
    duplex: "half",
  };
  if (init.method !== "GET") init.body = Readable.toWeb(incoming) as ReadableStream;
  return new Request(new URL(incoming.url ?? "/", process.env.APP_URL), init);
}

const server = createServer(async (incoming, outgoing) => {
  const response = await handleRequest(toRequest(incoming));
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  outgoing.end(Buffer.from(await response.arrayBuffer()));
});
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => process.exit(0));
