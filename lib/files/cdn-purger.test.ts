import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { cdnPurgerFromEnv, createCdnPurger } from "./cdn-purger";

type ReceivedRequest = {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: unknown;
};

let server: Server | undefined;

afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((done) => (server ? server.close(done) : done(undefined)));
  server = undefined;
});

/** Starts a CDN hook on loopback that responds these statuses in order; null for no response. */
async function startHookServer(
  ...statuses: (number | null)[]
): Promise<{ hook: string; requests: ReceivedRequest[] }> {
  const requests: ReceivedRequest[] = [];
  const hookServer = createServer(async (request, response) => {
    const { method, url, headers } = request;
    requests.push({ method, url, headers, body: JSON.parse((await text(request)) || "null") });
    const status = statuses.shift();
    if (status === null) return;
    const location: Record<string, string> = status === 307 ? { location: "/elsewhere" } : {};
    response.writeHead(status ?? 200, location).end("{}");
  });
  server = hookServer;
  await new Promise<void>((done) => hookServer.listen(0, "127.0.0.1", done));
  const { port } = hookServer.address() as AddressInfo;
  return { hook: `127.0.0.1:${port}/purge?zone=1`, requests };
}

const exampleUrls = (count: number) =>
  Array.from({ length: count }, (_, index) => `https://media.example.org/pictures/secret-${index}.webp`);

test("sends the URLs as JSON with the credentials of the hook", async () => {
  const { hook, requests } = await startHookServer();
  await createCdnPurger(`http://us%40er:pass@${hook}`).purgeUrls(exampleUrls(2));
  expect(requests).toMatchObject([
    {
      method: "POST",
      url: "/purge?zone=1",
      headers: {
        "content-type": "application/json",
        authorization: `Basic ${Buffer.from("us@er:pass").toString("base64")}`,
      },
      body: { urls: exampleUrls(2) },
    },
  ]);
});

test("sends at most a hundred URLs per request", async () => {
  const { hook, requests } = await startHookServer();
  await createCdnPurger(`http://${hook}`).purgeUrls(exampleUrls(230));
  const bodies = requests.flatMap(({ body }) => [body as { urls: string[] }]);
  expect(bodies.map(({ urls }) => urls.length)).toEqual([100, 100, 30]);
  expect(bodies.flatMap(({ urls }) => urls)).toEqual(exampleUrls(230));
});

test.each([
  ["500", 500, /the hook responded 500/],
  ["404", 404, /the hook responded 404/],
  ["a redirect", 307, /The CDN purge failed/],
  ["no response in time", null, /TimeoutError/],
])("fails on %s with an error that contains no URL", async (_, status, message) => {
  const { hook, requests } = await startHookServer(status);
  const failed = await createCdnPurger(`http://user:password@${hook}`, 300)
    .purgeUrls(exampleUrls(1))
    .catch((error: unknown) => error);
  expect(requests).toHaveLength(1);
  expect(failed).toBeInstanceOf(Error);
  const details = failed instanceof Error ? `${failed.stack}${String(failed.cause)}` : "";
  expect(details).toMatch(message);
  expect(details).not.toMatch(/secret|zone|password|example\.org/);
});

test("fails if the hook refuses the connection", async () => {
  const { hook } = await startHookServer();
  server?.close();
  server?.closeAllConnections();
  await expect(createCdnPurger(`http://${hook}`).purgeUrls(exampleUrls(1))).rejects.toThrow("ECONNREFUSED");
});

test("builds a purger only if MEDIA_PURGE_URL is set", () => {
  expect(cdnPurgerFromEnv({ MEDIA_PURGE_URL: undefined })).toEqual({});
  expect(cdnPurgerFromEnv({ MEDIA_PURGE_URL: "https://cdn.example.org/" }).cdnPurger).toBeDefined();
});
