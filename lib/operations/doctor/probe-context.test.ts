import { expect, test } from "vitest";
import { objectChecks } from "./objects";
import { openProbe } from "./probe-context";

const clock = { now: () => new Date("2030-01-01T12:00:00Z") };
const settings = {
  driver: "s3",
  buckets: { public: "pictures", private: "papers" },
  region: "us-east-1",
  forcePathStyle: false,
} as const;
const input = { appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };

test("checks the URL lifetime against the credentials that signed it, fetched once", async () => {
  let sessions = 0;
  const storage = {
    ...settings,
    // Each session expires a minute earlier than the one before.
    credentials: async () => {
      sessions += 1;
      const expiration = new Date(clock.now().getTime() + 3_000_000 - sessions * 60_000);
      return { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "t", expiration };
    },
  };
  const context = await openProbe({ ...input, storage }, storage, clock);
  await context.storages.public.signPut("k", { type: "image/webp", size: 1, sha256: "x", expiresIn: 60 });
  const [lifetime] = objectChecks(context).filter(({ check }) => check === "lifetime");
  expect(await lifetime?.run()).toMatchObject({
    outcome: "warning",
    found: expect.stringContaining("expire in 49 minutes"),
  });
  expect(sessions).toBe(1);
  context.connection.client.destroy();
});

test("accepts URLs that expire before long-lived credentials", async () => {
  const expiration = new Date(clock.now().getTime() + 7_200_000);
  const credentials = { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "t", expiration };
  const storage = { ...settings, credentials };
  const context = await openProbe({ ...input, storage }, storage, clock);
  const [lifetime] = objectChecks(context).filter(({ check }) => check === "lifetime");
  expect(await lifetime?.run()).toMatchObject({ outcome: "passed", found: expect.stringContaining("120") });
  context.connection.client.destroy();
});
