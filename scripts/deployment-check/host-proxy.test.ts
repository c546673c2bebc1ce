import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { withHostProxy } from "./host-proxy";

test("what is asked elsewhere arrives under the name of the site, and its answer comes back as it is", async () => {
  const server = createServer(({ headers, url }, response) => {
    const { host, origin, "x-forwarded-proto": protocol } = headers;
    response.writeHead(418, { "x-kept": "yes" }).end([protocol, host, url, origin].join(" "));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answer = await withHostProxy("https://dossier.test", at, async (origin) => {
    const response = await fetch(`${origin}/a.js?b`, { headers: { origin: "https://pages.test" } });
    return [response.status, response.headers.get("x-kept"), await response.text()];
  });
  server.close();
  expect(answer).toEqual([418, "yes", "https dossier.test /a.js?b https://pages.test"]);
});

test("an address where nobody is gives no answer, and holds nobody up", async () => {
  const asked = withHostProxy("https://dossier.test", "http://127.0.0.1:1", (origin) => fetch(origin));
  await expect(asked).rejects.toThrow("fetch failed");
});
