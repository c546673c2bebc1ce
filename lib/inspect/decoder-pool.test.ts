import { afterEach, expect, test } from "vitest";
import { type DecoderClaim, DecoderPool, type DecoderSlot } from "./decoder-pool";

let pool = new DecoderPool();
afterEach(() => {
  pool.close();
  pool = new DecoderPool();
});

/** A slot starts no process before it is used, so these tests start none. */
function acquire(person: string, purpose: DecoderClaim["purpose"] = "image"): Promise<DecoderSlot | null> {
  return pool.acquire({ person, purpose, maxWaitMs: 60_000 });
}

/** Records who gets a slot, in order. */
async function record(
  started: string[],
  person: string,
  purpose?: DecoderClaim["purpose"],
): Promise<DecoderSlot | null> {
  const slot = await acquire(person, purpose);
  if (slot) started.push(person);
  return slot;
}

/** Tells whether the pool refuses at once. A claim that waits is refused as well, but later. */
function isRefused(claim: Promise<DecoderSlot | null>): Promise<boolean> {
  return Promise.race([claim.then((slot) => slot === null), nextTurn().then(() => false)]);
}

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test("two jobs run at a time, and the next ones in order", async () => {
  const started: string[] = [];
  const [ada, ben, cleo] = ["ada", "ben", "cleo"].map((person) => record(started, person));
  await nextTurn();
  expect(started).toEqual(["ada", "ben"]);
  (await ben)?.release();
  await cleo;
  expect(started).toEqual(["ada", "ben", "cleo"]);
  (await ada)?.release();
});

test("a person with many files does not delay another one", async () => {
  const started: string[] = [];
  const many = Array.from({ length: 13 }, () => record(started, "mallory"));
  await record(started, "ada");
  expect(started).toEqual(["mallory", "ada"]);
  (await many[0])?.release();
  await many[1];
  expect(started).toEqual(["mallory", "ada", "mallory"]);
});

test("inspections leave one process to images", async () => {
  const started: string[] = [];
  const first = record(started, "ada", "inspection");
  const second = record(started, "ben", "inspection");
  await record(started, "cleo", "image");
  expect(started).toEqual(["ada", "cleo"]);
  (await first)?.release();
  await second;
});

test("a long queue refuses further jobs, of a person first", async () => {
  const mallory = Array.from({ length: 35 }, () => acquire("mallory"));
  // One runs and 32 wait.
  expect(await Promise.all(mallory.slice(32).map(isRefused))).toEqual([false, true, true]);
  expect(await acquire("ada")).not.toBeNull();
  for (let person = 0; person < 96; person += 1) void acquire(`person ${person}`);
  expect(await isRefused(acquire("zoe"))).toBe(true);
});

test("a job that waits too long is given up", async () => {
  await Promise.all(["ada", "ben"].map((person) => acquire(person)));
  expect(await pool.acquire({ person: "cleo", purpose: "image", maxWaitMs: 1 })).toBeNull();
});

test("a closed pool runs nothing, and rejects what waits", async () => {
  await Promise.all(["ada", "ben"].map((person) => acquire(person)));
  const waiting = acquire("cleo");
  pool.close();
  expect(await waiting).toBeNull();
  expect(await acquire("dora")).toBeNull();
});

test("work with one key runs once at a time", async () => {
  let runs = 0;
  const work = async () => {
    runs += 1;
    await nextTurn();
    return runs;
  };
  expect(await Promise.all([pool.share("a", work), pool.share("a", work), pool.share("b", work)])).toEqual([
    2, 2, 2,
  ]);
  await pool.share("a", work);
  expect(runs).toBe(3);
});
