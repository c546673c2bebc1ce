import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { createRequest } from "./current-request";
import { silentLog } from "./log";
import { createSpanExporter } from "./otlp-span-exporter";

test("a flush waits for spans of an earlier flush too", async () => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const collector = createServer(({ method }, response) => {
    if (method === "POST") arrived.resolve(response);
    else response.end();
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const spans = createSpanExporter({ endpoint, headers: {}, service: "dossier" }, silentLog);
  spans.add(createRequest("a request"), { method: "GET", route: "/", status: 200, ms: 1 });
  const order: string[] = [];
  const first = spans.flush().then(() => order.push("first"));
  const response = await arrived.promise;
  const second = spans.flush().then(() => order.push("second"));
  // A flush that does not wait for the first batch settles during this request.
  await fetch(endpoint);
  order.push("responded");
  response.end();
  await Promise.all([first, second]);
  collector.close();
  collector.closeAllConnections();
  expect(order[0]).toBe("responded");
});
