import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { portOf } from "../../../tests/stores/local-storage-server";
import { systemClock } from "../../clock";
import { probeCapabilities } from "./capabilities";
import { multipartChecks } from "./multipart";
import { openProbe, type ProbeContext } from "./probe-context";
import { runChecks } from "./run-checks";
import { ticketChecks } from "./tickets";

/** Accepts the first PUT, responds 503 to all others, and deletes objects. */
let puts = 0;
const store = createServer(async (request, response) => {
  const body = (await buffer(request)).toString();
  const { method = "", url = "" } = request;
  if (method === "PUT") response.writeHead(puts++ === 0 ? 200 : 503).end();
  else if (url.includes("uploads"))
    response.end("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
  else if (method === "POST") {
    const keys = [...body.matchAll(/<Key>[^<]*<\/Key>/g)].map(([key]) => `<Deleted>${key}</Deleted>`);
    response.end(`<DeleteResult>${keys.join("")}</DeleteResult>`);
  } else response.writeHead(url.includes("X-Amz-Signature") ? 503 : 204).end();
});
let context: ProbeContext;

beforeAll(async () => {
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
  const storage = {
    driver: "s3",
    buckets: { public: "pictures", private: "papers" },
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${portOf(store)}`,
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  } as const;
  const input = { storage, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
  context = await openProbe(input, storage, systemClock);
});
afterAll(() => {
  context.connection.client.destroy();
  store.closeAllConnections();
  store.close();
});

test("does not count a 503 of the store as a rejection", async () => {
  const [first, ...others] = ticketChecks(context);
  expect(await first?.run()).toMatchObject({ outcome: "passed" });
  const outcomes = (await runChecks(others, 5000)).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(others.map(() => "untested"));
  expect(outcomes.length).toBeGreaterThan(7);
  const [partLength] = multipartChecks(context).filter(({ check }) => check === "part-length");
  expect(await partLength?.run()).toMatchObject({ outcome: "untested" });
  const capabilities = await probeCapabilities(context, 5000);
  const supported = new Map(capabilities.map((capability) => [capability.name, capability.supported]));
  expect([supported.get("checksum"), supported.get("part-checksum")]).toEqual([null, null]);
});
