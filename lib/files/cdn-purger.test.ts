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

/** A CDN's hook on loopback: answers these statuses one after the other, null for never. */
async function startHookServer(...statuses: (number | null)[]): Promise<{ place: string; heard: ReceivedRequest[] }> {
  const heard: ReceivedRequest[] = [];
  const listening = createServer(async (request, response) => {
    const { method, url, headers } = request;
    heard.push({ method, url, headers, body: JSON.parse((await text(request)) || "null") });
    const status = statuses.shift();
    if (status === null) return;
    const location: Record<string, string> = status === 307 ? { location: "/elsewhere" } : {};
    response.writeHead(status ?? 200, location).end("{}");
  });
  server = listening;
  await new Promise<void>((done) => listening.listen(0, "127.0.0.1", done));
  const { port } = listening.address() as AddressInfo;
  return { place: `127.0.0.1:${port}/purge?zone=1`, heard };
}

const exampleUrls = (count: number) =>
  Array.from({ length: count }, (_, index) => `https://media.example.org/pictures/secret-${index}.webp`);

test("the hook is told the addresses as JSON, with the name and password of its own address", async () => {
  const { place, heard } = await startHookServer();
  await createCdnPurger(`http://us%40er:pass@${place}`).purgeUrls(exampleUrls(2));
  expect(heard).toMatchObject([
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

test("the hook is told of many a hundred at a time", async () => {
  const { place, heard } = await startHookServer();
  await createCdnPurger(`http://${place}`).purgeUrls(exampleUrls(230));
  const told = heard.flatMap(({ body }) => [body as { urls: string[] }]);
  expect(told.map(({ urls }) => urls.length)).toEqual([100, 100, 30]);
  expect(told.flatMap(({ urls }) => urls)).toEqual(exampleUrls(230));
});

test.each([
  ["500", 500, /they answer 500/],
  ["404", 404, /they answer 404/],
  ["a redirect, which is not followed", 307, /were not told/],
  ["nothing in time", null, /TimeoutError/],
])(
  "a hook that answers %s has not agreed, and the error names neither address nor hook",
  async (_, status, said) => {
    const { place, heard } = await startHookServer(status);
    const failed = await createCdnPurger(`http://user:password@${place}`, 300)
      .purgeUrls(exampleUrls(1))
      .catch((thrown: unknown) => thrown);
    expect(heard).toHaveLength(1);
    expect(failed).toBeInstanceOf(Error);
    const words = failed instanceof Error ? `${failed.stack}${String(failed.cause)}` : "";
    expect(words).toMatch(said);
    expect(words).not.toMatch(/secret|zone|password|example\.org/);
  },
);

test("a hook that nobody listens at has not agreed", async () => {
  const { place } = await startHookServer();
  server?.close();
  server?.closeAllConnections();
  await expect(createCdnPurger(`http://${place}`).purgeUrls(exampleUrls(1))).rejects.toThrow("ECONNREFUSED");
});

test("there are caches where MEDIA_PURGE_URL is set, and none where it is not", () => {
  expect(cdnPurgerFromEnv({ MEDIA_PURGE_URL: undefined })).toEqual({});
  expect(cdnPurgerFromEnv({ MEDIA_PURGE_URL: "https://cdn.example.org/" }).cdnPurger).toBeDefined();
});
