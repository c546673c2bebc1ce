import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { portOf } from "../testing/local-server";
import { capabilities } from "./capabilities";
import { parts } from "./parts";
import { admit, type Patient } from "./patient";
import { runChecks } from "./report";
import { tickets } from "./tickets";

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
let patient: Patient;

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
  const given = { storage: place, appUrl: "http://localhost:3000", uploadTtl: 3600, wanted: 90_000 };
  patient = await admit(given, place, systemClock);
});
afterAll(() => {
  patient.connection.client.destroy();
  store.closeAllConnections();
  store.close();
});

test("that a store is too busy counts as a refusal of nothing", async () => {
  const [first, ...others] = tickets(patient);
  expect(await first?.look()).toMatchObject({ outcome: "passed" });
  const outcomes = (await runChecks(others, 5000)).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(others.map(() => "untested"));
  expect(outcomes.length).toBeGreaterThan(7);
  const [length] = parts(patient).filter(({ check }) => check === "part-length");
  expect(await length?.look()).toMatchObject({ outcome: "untested" });
  const held = new Map((await capabilities(patient, 5000)).map(({ name, held }) => [name, held]));
  expect([held.get("checksum"), held.get("part-checksum")]).toEqual([null, null]);
});
