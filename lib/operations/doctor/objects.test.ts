import { Readable } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../clock";
import type { Storage } from "../../storage/storage";
import { objectChecks } from "./objects";
import { openProbe, SAMPLE } from "./probe-context";

const place = {
  driver: "s3",
  buckets: { public: "pictures", private: "papers" },
  region: "us-east-1",
  forcePathStyle: false,
} as const;
const given = { storage: place, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };

afterEach(() => vi.unstubAllEnvs());

test("a store that sends other bytes than the part that is asked for is not to be used", async () => {
  const patient = await openProbe(given, place, systemClock);
  const reading = async (read: Storage["read"]) => {
    const done = async () => undefined;
    const storage: Storage = Object.assign(Object.create(patient.storages.private), {
      put: done,
      remove: done,
      read,
    });
    const altered = { ...patient, storages: { ...patient.storages, private: storage } };
    const [range] = objectChecks(altered).filter(({ check }) => check === "range");
    return (await range?.run())?.outcome;
  };
  expect(await reading(async () => Readable.from([SAMPLE.bytes]))).toBe("failed");
  expect(
    await reading(async (_, { start, end } = { start: 0, end: 0 }) =>
      Readable.from([SAMPLE.bytes.subarray(start, end + 1)]),
    ),
  ).toBe("passed");
  patient.connection.client.destroy();
});

test("without keys in the settings the doctor and the application sign with those of this machine", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "ofthismachine");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const patient = await openProbe(given, place, systemClock);
  expect((await patient.credentials()).accessKeyId).toBe("ofthismachine");
  const { url } = await patient.storages.private.signPut("k", SAMPLE.ticket);
  expect(new URL(url).searchParams.get("X-Amz-Credential")).toMatch(/^ofthismachine\//);
  patient.connection.client.destroy();
});
