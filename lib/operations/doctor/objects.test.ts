import { Readable } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "../../clock";
import type { Storage } from "../../storage/storage";
import { objectChecks } from "./objects";
import { openProbe, SAMPLE } from "./probe-context";

const storage = {
  driver: "s3",
  buckets: { public: "pictures", private: "papers" },
  region: "us-east-1",
  forcePathStyle: false,
} as const;
const input = { storage, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };

afterEach(() => vi.unstubAllEnvs());

test("fails a store that returns other bytes than the requested range", async () => {
  const context = await openProbe(input, storage, systemClock);
  const outcomeWith = async (read: Storage["read"]) => {
    const noop = async () => undefined;
    const altered: Storage = Object.assign(Object.create(context.storages.private), {
      put: noop,
      remove: noop,
      read,
    });
    const storages = { ...context.storages, private: altered };
    const [range] = objectChecks({ ...context, storages }).filter(({ check }) => check === "range");
    return (await range?.run())?.outcome;
  };
  expect(await outcomeWith(async () => Readable.from([SAMPLE.bytes]))).toBe("failed");
  expect(
    await outcomeWith(async (_, { start, end } = { start: 0, end: 0 }) =>
      Readable.from([SAMPLE.bytes.subarray(start, end + 1)]),
    ),
  ).toBe("passed");
  context.connection.client.destroy();
});

test("without configured credentials signs with those of this machine", async () => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", "ofthismachine");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  const context = await openProbe(input, storage, systemClock);
  expect((await context.credentials()).accessKeyId).toBe("ofthismachine");
  const { url } = await context.storages.private.signPut("k", SAMPLE.ticket);
  expect(new URL(url).searchParams.get("X-Amz-Credential")).toMatch(/^ofthismachine\//);
  context.connection.client.destroy();
});
