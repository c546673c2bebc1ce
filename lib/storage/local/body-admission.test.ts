import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { BodyAdmission } from "./body-admission";
import { createLocalStorage, type LocalStorage } from "./local-storage";

const sha256 = "uU0nuZNNPgilLlLX2n2r+sSE7+N6U4DukIj3rOLvzek="; // "hello world"
const bytes = Buffer.from("hello world");
const expected = { size: bytes.length, sha256 };

/** A body that sends its bytes when the test says so, or breaks off. */
function heldBody() {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const chunks = (async function* () {
    yield bytes.subarray(0, 4);
    await promise;
    yield bytes.subarray(4);
  })();
  return { chunks, send: resolve, breakOff: () => reject(new Error("The connection broke.")) };
}

describe("bodies for local storage", () => {
  let folder: string;
  let storage: LocalStorage;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "dossier-bodies-"));
    const baseUrl = "http://localhost";
    const secret = "a secret of the test that is long enough";
    storage = createLocalStorage({ class: "private", folder, baseUrl, secret, clock: systemClock });
  });
  afterEach(() => rm(folder, { recursive: true }));

  const tempFiles = () => readdir(join(folder, ".tmp")).catch(() => []);

  test("a thousand slow PUTs of one ticket write one file", async () => {
    const bodies = Array.from({ length: 1000 }, heldBody);
    const puts = bodies.map(({ chunks }) => storage.receive("a/slow", chunks, expected));
    const outcomes = Promise.allSettled(puts);
    await expect.poll(tempFiles).toHaveLength(1);
    for (const body of bodies) body.send();
    const failures = (await outcomes).flatMap((outcome) =>
      outcome.status === "rejected" ? [outcome.reason.code] : [],
    );
    expect(failures.filter((code) => code === "conflict")).toHaveLength(8);
    expect(failures.filter((code) => code === "unavailable")).toHaveLength(991);
    expect(await tempFiles()).toEqual([]);
  });

  test("a retry is stored when the first connection breaks", async () => {
    const [broken, retried] = [heldBody(), heldBody()];
    const first = storage.receive("a/retry", broken.chunks, expected);
    const second = storage.receive("a/retry", retried.chunks, expected);
    retried.send();
    await expect.poll(tempFiles).toHaveLength(1);
    broken.breakOff();
    await expect(first).rejects.toThrow("The connection broke.");
    await second;
    expect(await storage.stat("a/retry")).toMatchObject({ size: bytes.length });
  });

  test("slow parts of one upload write eight files at a time", async () => {
    const multipartId = await storage.createMultipartUpload("a/parts", { type: "text/plain" });
    const bodies = Array.from({ length: 40 }, heldBody);
    const puts = bodies.map(({ chunks }, index) =>
      storage.receivePart("a/parts", chunks, { ...expected, multipartId, number: index + 1 }),
    );
    const outcomes = Promise.allSettled(puts);
    await expect.poll(tempFiles).toHaveLength(8);
    for (const body of bodies) body.send();
    expect((await outcomes).filter(({ status }) => status === "fulfilled")).toHaveLength(16);
    expect(await storage.listParts("a/parts", multipartId)).toHaveLength(16);
  });
});

test("bodies that declare more than half of the free space are refused", async () => {
  const admission = new BodyAdmission(async () => 1000);
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = admission.writeObject("a", 400, () => promise);
  const second = admission.writeObject("b", 200, async () => "written");
  await expect(second).rejects.toMatchObject({ code: "unavailable", retryAfter: 5 });
  resolve();
  await first;
  await expect(admission.writeObject("b", 200, async () => "written")).resolves.toBe("written");
});

test("a full disk takes no body and keeps its place free", async () => {
  let usable = -1;
  const admission = new BodyAdmission(async () => usable);
  const write = () => admission.writeObject("a", 10, async () => "written");
  await expect(write()).rejects.toMatchObject({ code: "unavailable" });
  usable = 1000;
  await expect(write()).resolves.toBe("written");
});
