import { describe, expect, test } from "vitest";
import type { Credentials } from "./credentials";
import { cacheCredentials } from "./credentials";
import { createS3Storage } from "./s3-storage";

const start = new Date("2030-01-01T12:00:00Z").getTime();
const put = { type: "image/webp", size: 1, sha256: "x", expiresIn: 3600 };

function createClock() {
  let now = start;
  const pass = (seconds: number) => {
    now += seconds * 1000;
  };
  return { clock: { now: () => new Date(now) }, pass };
}

/** Returns credentials that live for `seconds`, with a new id at each call. */
function temporary(clock: { now(): Date }, seconds: number) {
  const source = async (): Promise<Credentials> => {
    source.calls++;
    if (source.broken) throw new Error("the role cannot be assumed");
    const expiration = new Date(clock.now().getTime() + seconds * 1000);
    return { accessKeyId: `id${source.calls}`, secretAccessKey: "s", sessionToken: "t", expiration };
  };
  source.calls = 0;
  source.broken = false;
  return source;
}

describe("temporary credentials", () => {
  test("are fetched once, and again five minutes before they expire", async () => {
    const { clock, pass } = createClock();
    const source = temporary(clock, 900);
    const fresh = cacheCredentials(source, clock);
    await Promise.all([fresh(), fresh(), fresh()]);
    pass(599);
    expect((await fresh()).accessKeyId).toBe("id1");
    pass(2);
    expect((await fresh()).accessKeyId).toBe("id2");
  });

  test("are used until they expire if the refresh fails", async () => {
    const { clock, pass } = createClock();
    const source = temporary(clock, 900);
    const fresh = cacheCredentials(source, clock);
    await fresh();
    source.broken = true;
    pass(899);
    expect((await fresh()).accessKeyId).toBe("id1");
    pass(1);
    await expect(fresh()).rejects.toMatchObject({ code: "unavailable" });
    source.broken = false;
    expect((await fresh()).accessKeyId).not.toBe("id1");
  });

  test("limit the lifetime of signed URLs", async () => {
    const { clock } = createClock();
    const storage = createS3Storage({
      class: "private",
      bucket: "papers",
      region: "us-east-1",
      forcePathStyle: false,
      credentials: temporary(clock, 900),
      clock,
    });
    const signed = await storage.signPut("k", put);
    expect(new URL(signed.url).searchParams.get("X-Amz-Expires")).toBe("900");
    expect(new URL(signed.url).searchParams.get("X-Amz-Security-Token")).toBe("t");
    expect(signed.expiresAt).toEqual(new Date(start + 900_000));
    const short = await storage.signPut("k", { ...put, expiresIn: 60 });
    expect(short.expiresAt).toEqual(new Date(start + 60_000));
  });

  test("sign nothing after their expiration", async () => {
    const { clock } = createClock();
    const source = async () => ({ accessKeyId: "i", secretAccessKey: "s", expiration: new Date(start) });
    const place = { bucket: "papers", region: "us-east-1", forcePathStyle: false };
    const storage = createS3Storage({ class: "private", ...place, credentials: source, clock });
    await expect(storage.signPut("k", put)).rejects.toMatchObject({ code: "unavailable" });
  });
});
