import { expect, test } from "vitest";
import { objectChecks } from "./objects";
import { openProbe } from "./probe-context";

const clock = { now: () => new Date("2030-01-01T12:00:00Z") };

test("the doctor judges the life of an address by the keys that signed it, fetched once for everything", async () => {
  let sessions = 0;
  const place = {
    driver: "s3",
    buckets: { public: "pictures", private: "papers" },
    region: "us-east-1",
    forcePathStyle: false,
    // Each session ends a minute before the one that was fetched before it.
    credentials: async () => {
      sessions += 1;
      const expiration = new Date(clock.now().getTime() + 3_000_000 - sessions * 60_000);
      return { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "t", expiration };
    },
  } as const;
  const given = { storage: place, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
  const patient = await openProbe(given, place, clock);
  await patient.storages.public.signPut("k", { type: "image/webp", size: 1, sha256: "x", expiresIn: 60 });
  const [lifetime] = objectChecks(patient).filter(({ check }) => check === "lifetime");
  expect(await lifetime?.run()).toMatchObject({
    outcome: "warning",
    found: expect.stringContaining("end in 49 minutes"),
  });
  expect(sessions).toBe(1);
  patient.connection.client.destroy();
});

test("an address that lives as long as its keys, and they for long, is as it should be", async () => {
  const expiration = new Date(clock.now().getTime() + 7_200_000);
  const credentials = { accessKeyId: "id", secretAccessKey: "secret", sessionToken: "t", expiration };
  const buckets = { public: "pictures", private: "papers" };
  const place = { driver: "s3", buckets, region: "us-east-1", forcePathStyle: false, credentials } as const;
  const given = { storage: place, appUrl: "http://localhost:3000", uploadTtl: 3600, maxUploadSeconds: 90_000 };
  const patient = await openProbe(given, place, clock);
  const [lifetime] = objectChecks(patient).filter(({ check }) => check === "lifetime");
  expect(await lifetime?.run()).toMatchObject({ outcome: "passed", found: expect.stringContaining("120") });
  patient.connection.client.destroy();
});
