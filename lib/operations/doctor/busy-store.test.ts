import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { portOf } from "../../../tests/stores/local-storage-server";
import { probeCapabilities } from "./capabilities";
import { multipartChecks } from "./multipart";
import { openProbe, type ProbeContext } from "./probe-context";
import { runChecks } from "./report";
import { ticketChecks } from "./tickets";

/** Takes one file, and is too busy for any other; it removes what we tell it to. */
let taken = 0;
const store = createServer(async (message, response) => {
  const body = (await buffer(message)).toString();
  const { method = "", url = "" } = message;
  if (method === "PUT") response.writeHead(taken++ === 0 ? 200 : 503).end();
  else if (url.includes("uploads"))
    response.end("<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>");
  else if (method === "POST") {
    const keys = [...body.matchAll(/<Key>[^<]*<\/Key>/g)].map(([key]) => `<Deleted>${key}</Deleted>`);
    response.end(`<DeleteResult>${keys.join("")}</DeleteResult>`);
  } else response.writeHead(url.includes("X-Amz-Signature") ? 503 : 204).end();
});
let patient: ProbeContext;

beforeAll(async () => {
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
  const place = {
    driver: "s3",
    buckets: { public: "pictures", private: "papers" },
    region: "us-east-1",
    endpoint: `http://127.0.0.1:${portOf(store)}`,
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  } as const;
  const given = { storage: place, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
  patient = await openProbe(given, place, systemClock);
});
afterAll(() => {
  patient.connection.client.destroy();
  store.closeAllConnections();
  store.close();
});

test("that a store is too busy counts as a refusal of nothing", async () => {
  const [first, ...others] = ticketChecks(patient);
  expect(await first?.run()).toMatchObject({ outcome: "passed" });
  const outcomes = (await runChecks(others, 5000)).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(others.map(() => "untested"));
  expect(outcomes.length).toBeGreaterThan(7);
  const [length] = multipartChecks(patient).filter(({ check }) => check === "part-length");
  expect(await length?.run()).toMatchObject({ outcome: "untested" });
  const held = new Map((await probeCapabilities(patient, 5000)).map(({ name, supported: held }) => [name, held]));
  expect([held.get("checksum"), held.get("part-checksum")]).toEqual([null, null]);
});
