import { createHash, randomBytes, randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { parse } from "content-disposition";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SignedGet, SignedPut, SignedRequest, Storage, Storages } from "../storage";
import { send } from "./raw-http";

export type Enforced = {
  /** Compares the signed SHA-256 with the bytes that come. */
  sha256: boolean;
};

export type Subject = {
  storages: Storages;
  /** What this store sees to by itself. Where it does not, the test holds what happens instead, so that nobody relies on it. */
  enforces: Enforced;
  close(): Promise<void>;
};

/** What every driver has to do. A driver's test file hands its storages in, or says why it has none to test, and adds what is only its own. */
export function storageContract(driver: string, open: (() => Promise<Subject>) | { skipped: string }): void {
  if (typeof open !== "function") {
    test(`${driver} keeps the contract of storage`, ({ skip }) => skip(open.skipped));
    return;
  }
  describe(`${driver} keeps the contract of storage`, () => {
    let subject: Subject;
    let storage: Storage;
    beforeAll(async () => {
      subject = await open();
      storage = subject.storages.private;
    });
    afterAll(() => subject.close());

    describe("objects", () => {
      test("what was put is read back, and the store knows its size and date", async () => {
        const key = newKey();
        await storage.put(key, Buffer.from("hello"), { type: "text/plain", size: 5 });
        expect(await text(storage, key)).toBe("hello");
        const stat = await storage.stat(key);
        expect(stat?.size).toBe(5);
        expect(Math.abs(Number(stat?.modifiedAt) - Date.now())).toBeLessThan(60_000);
      });

      test("a stream of known length is put as it flows", async () => {
        const key = newKey();
        const bytes = randomBytes(3_000_000);
        const body = Readable.from([bytes.subarray(0, 10), bytes.subarray(10)]);
        await storage.put(key, body, { type: "application/pdf", size: bytes.length });
        expect((await buffer(await storage.read(key))).equals(bytes)).toBe(true);
      });

      test.each([4, 6])("a body that is not the 5 bytes announced but %i leaves nothing", async (size) => {
        for (const body of [Buffer.alloc(size), Readable.from([Buffer.alloc(size)])]) {
          const key = newKey();
          const put = storage.put(key, body, { type: "text/plain", size: 5 });
          await expect(put).rejects.toMatchObject({ code: "content_mismatch" });
          expect(await storage.stat(key)).toBeNull();
        }
      });

      test("a stream that would never end is stopped, and leaves nothing", async () => {
        const key = newKey();
        const put = storage.put(key, Readable.from(endless()), { type: "text/plain", size: 100_000 });
        await expect(put).rejects.toMatchObject({ code: "content_mismatch" });
        expect(await storage.stat(key)).toBeNull();
      });

      test("a stream that breaks off leaves nothing and says why in its own words", async () => {
        const key = newKey();
        const body = Readable.from(breaksOff());
        await expect(storage.put(key, body, { type: "text/plain", size: 9 })).rejects.toThrow(
          "the source broke",
        );
        expect(await storage.stat(key)).toBeNull();
      });

      test("an object without a byte is an object", async () => {
        const key = newKey();
        await storage.put(key, new Uint8Array(), { type: "text/plain", size: 0 });
        expect((await storage.stat(key))?.size).toBe(0);
        expect(await text(storage, key)).toBe("");
        expect(await text(storage, key, { start: 0, end: 9 })).toBe("");
      });

      test("a range is inclusive and ends with the object", async () => {
        const key = await stored(storage, "0123456789");
        expect(await text(storage, key, { start: 2, end: 4 })).toBe("234");
        expect(await text(storage, key, { start: 0, end: 0 })).toBe("0");
        expect(await text(storage, key, { start: 8, end: 99 })).toBe("89");
        expect(await text(storage, key, { start: 10, end: 20 })).toBe("");
      });

      test("what is not there is null to stat and not_found to read and copy", async () => {
        const key = newKey();
        expect(await storage.stat(key)).toBeNull();
        await expect(storage.read(key)).rejects.toMatchObject({ code: "not_found" });
        await expect(storage.read(key, { start: 0, end: 1 })).rejects.toMatchObject({ code: "not_found" });
        const copy = storage.copy(key, storage, newKey(), { type: "text/plain" });
        await expect(copy).rejects.toMatchObject({ code: "not_found" });
      });

      test("nothing is overwritten by put", async () => {
        const key = await stored(storage, "first");
        for (const body of [Buffer.from("other"), Readable.from([Buffer.from("other")])]) {
          const second = storage.put(key, body, { type: "text/plain", size: 5 });
          await expect(second).rejects.toMatchObject({ code: "conflict" });
        }
        expect(await text(storage, key)).toBe("first");
      });

      test("of many that put the same key at once exactly one wins, and its bytes stay", async () => {
        const key = newKey();
        const bodies = Array.from({ length: 8 }, (_, index) => Buffer.alloc(100_000, index));
        const puts = bodies.map((body) => storage.put(key, body, { type: "text/plain", size: body.length }));
        const outcomes = await Promise.allSettled(puts);
        const winners = outcomes.flatMap((outcome, index) => (outcome.status === "fulfilled" ? [index] : []));
        expect(winners).toHaveLength(1);
        for (const outcome of outcomes)
          if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "conflict" });
        expect((await buffer(await storage.read(key))).equals(bodies[winners[0] ?? -1] ?? Buffer.of())).toBe(
          true,
        );
      });

      test("a copy has the bytes, in the other class too, and overwrites nothing", async () => {
        const key = await stored(storage, "picture");
        const to = subject.storages.public;
        const toKey = newKey();
        await storage.copy(key, to, toKey, { type: "image/webp" });
        expect(await text(to, toKey)).toBe("picture");
        expect(await text(storage, key)).toBe("picture");
        const other = await stored(storage, "another");
        await expect(storage.copy(other, to, toKey, { type: "image/webp" })).rejects.toMatchObject({
          code: "conflict",
        });
        expect(await text(to, toKey)).toBe("picture");
      });

      test("what is removed is gone, and removing it again is fine", async () => {
        const key = await stored(storage, "x");
        await storage.remove(key);
        expect(await storage.stat(key)).toBeNull();
        await storage.remove(key);
        await storage.put(key, Buffer.from("y"), { type: "text/plain", size: 1 });
        expect(await text(storage, key)).toBe("y");
      });

      test("a list goes in byte order of whole keys and takes the beginning of a key literally", async () => {
        const run = `list-${randomUUID()}`;
        const names = ["a/c", "a-b", "a.b", "a/b/c", "a0", "a_b", "b", "ab/x"];
        for (const name of names) await stored(storage, "1", `${run}/${name}`);
        const ordered = ["a-b", "a.b", "a/b/c", "a/c", "a0", "a_b", "ab/x", "b"];
        expect(await keys(storage, `${run}/`)).toEqual(ordered.map((name) => `${run}/${name}`));
        expect(await keys(storage, `${run}/a/`)).toEqual([`${run}/a/b/c`, `${run}/a/c`]);
        expect(await keys(storage, `${run}/ab`)).toEqual([`${run}/ab/x`]);
        expect(await keys(storage, `${run}/none`)).toEqual([]);
        for await (const entry of storage.list(`${run}/b`))
          expect(entry).toMatchObject({ key: `${run}/b`, size: 1 });
      });

      test.each([
        "",
        "/a",
        "a/",
        "a//b",
        "../a",
        "a/../b",
        "a/./b",
        ".tmp/a",
        "a/.b",
        "A",
        "a b",
        "a\0",
        "a%2fb",
        "é",
        "a".repeat(256),
        "a/".repeat(256).concat("a"),
      ])("the key %j is a bug and throws", async (key) => {
        const type = "text/plain";
        const get = { type, disposition: "inline", name: "x", expiresIn: 9 } as const;
        const tries = [
          () => storage.put(key, Buffer.of(1), { type, size: 1 }),
          () => storage.stat(key),
          () => storage.read(key),
          () => storage.remove(key),
          () => storage.copy(key, storage, newKey(), { type }),
          () => storage.signPut(key, { ...putOf(Buffer.of(1)), type }),
          () => storage.signGet(key, get),
        ];
        for (const attempt of tries) await expect(attempt()).rejects.toThrow("Not a storage key");
      });

      test("the store says that it is well", async () => {
        await expect(storage.check()).resolves.toBeUndefined();
      });
    });

    describe("a signed PUT, over raw HTTP,", () => {
      const body = randomBytes(1000);

      test("brings 20 MB whole", async () => {
        const key = newKey();
        const bytes = randomBytes(20 * 1024 * 1024);
        const signed = await storage.signPut(key, putOf(bytes));
        expect((await sendPut(signed, bytes)).status).toBe(200);
        expect((await storage.stat(key))?.size).toBe(bytes.length);
        expect((await buffer(await storage.read(key))).equals(bytes)).toBe(true);
      });

      test("is good for as long as it says", async () => {
        const signed = await storage.signPut(newKey(), { ...putOf(body), expiresIn: 100 });
        const left = signed.expiresAt.getTime() - Date.now();
        expect(left).toBeGreaterThan(95_000);
        expect(left).toBeLessThanOrEqual(100_000);
      });

      test.each<[string, (signed: SignedRequest) => SignedRequest]>([
        ["a flipped bit in the signature", (signed) => ({ ...signed, url: flipSignature(signed.url) })],
        ["another key", (signed) => ({ ...signed, url: signed.url.replace("/raw-", "/raw_") })],
        ["another type", (signed) => withHeader(signed, "content-type", "text/html")],
        ["another checksum header", (signed) => withHeader(signed, "x-amz-checksum-sha256", sha256("else"))],
        ["leave to overwrite", (signed) => withHeader(signed, "if-none-match", '"0"')],
        ["no checksum header", (signed) => withHeader(signed, "x-amz-checksum-sha256", undefined)],
        ["a longer life", (signed) => ({ ...signed, url: signed.url.replace(/(xpires=)(\d+)/i, "$19$2") })],
      ])("is refused with %s and leaves no file", async (_, change) => {
        const key = `test/raw-${randomUUID()}`;
        const signed = change(await storage.signPut(key, putOf(body)));
        const answer = await sendPut(signed, body);
        expect(answer.status).toBe(403);
        for (const name of [key, key.replace("/raw-", "/raw_")]) expect(await storage.stat(name)).toBeNull();
      });

      test.each([
        ["more", 1001],
        ["less", 999],
      ])("is refused with one byte %s and leaves no file", async (_, size) => {
        const key = newKey();
        const answer = await sendPut(await storage.signPut(key, putOf(body)), randomBytes(size));
        expect(answer.status).toBe(403);
        expect(await storage.stat(key)).toBeNull();
      });

      test("with other bytes of the right length leaves no file, where the store compares", async () => {
        const key = newKey();
        const answer = await sendPut(await storage.signPut(key, putOf(body)), randomBytes(1000));
        expect(answer.status).toBe(subject.enforces.sha256 ? 400 : 200);
        expect(await storage.stat(key)).toEqual(subject.enforces.sha256 ? null : expect.anything());
      });

      test("is refused once it has expired, and leaves no file", async () => {
        const key = newKey();
        const signed = await storage.signPut(key, { ...putOf(body), expiresIn: 1 });
        await until(() => Date.now() > signed.expiresAt.getTime() + 1000);
        expect((await sendPut(signed, body)).status).toBe(403);
        expect(await storage.stat(key)).toBeNull();
      });

      test("works once: the second is 412 and the first one's bytes stay", async () => {
        const key = newKey();
        const signed = await storage.signPut(key, putOf(body));
        expect((await sendPut(signed, body)).status).toBe(200);
        expect((await sendPut(signed, body)).status).toBe(412);
        expect((await buffer(await storage.read(key))).equals(body)).toBe(true);
      });

      test("is no leave to read or delete", async () => {
        const key = await stored(storage, "secret");
        const { url } = await storage.signPut(key, putOf(body));
        for (const method of ["GET", "DELETE", "POST"]) {
          const answer = await send({ method, url });
          expect([403, 405]).toContain(answer.status);
          expect(answer.body.includes("secret")).toBe(false);
        }
        expect(await storage.stat(key)).not.toBeNull();
      });
    });

    describe("a signed GET, over raw HTTP,", () => {
      test("brings the bytes with the type and the name it was signed with, whatever the script", async () => {
        for (const name of [
          "Ärztliches Attest.pdf",
          "Справка о несудимости.pdf",
          "診断書 (2).pdf",
          'a"b;c.pdf',
        ]) {
          const key = await stored(storage, "%PDF-1.7");
          const answer = await send({ method: "GET", url: await storage.signGet(key, getOf({ name })) });
          expect(answer.status).toBe(200);
          expect(answer.body.toString()).toBe("%PDF-1.7");
          expect(answer.headers["content-type"]).toBe("application/pdf");
          expect(answer.headers["cache-control"]).toBe("private, no-store");
          const disposition = parse(answer.headers["content-disposition"] ?? "");
          expect(disposition).toMatchObject({ type: "inline", parameters: { filename: name } });
        }
      });

      test("brings a part where a part is asked for", async () => {
        const key = await stored(storage, "0123456789");
        const url = await storage.signGet(key, getOf({}));
        const answer = await send({ method: "GET", url, headers: { range: "bytes=3-5" } });
        expect([answer.status, answer.body.toString()]).toEqual([206, "345"]);
        expect(answer.headers["content-range"]).toBe("bytes 3-5/10");
        const beyond = await send({ method: "GET", url, headers: { range: "bytes=10-" } });
        expect(beyond.status).toBe(416);
      });

      test.each<[string, (url: string) => string]>([
        ["a flipped bit in the signature", flipSignature],
        ["another type", (url) => url.replace("application%2Fpdf", "text%2Fhtml")],
        ["another disposition", (url) => url.replace("inline", "attachment")],
        ["no signature", (url) => url.replace(/\?.*/, "")],
      ])("is refused with %s", async (_, change) => {
        const key = await stored(storage, "secret");
        const answer = await send({ method: "GET", url: change(await storage.signGet(key, getOf({}))) });
        expect(answer.status).toBe(403);
        expect(answer.body.includes("secret")).toBe(false);
      });

      test("is refused once it has expired", async () => {
        const url = await storage.signGet(await stored(storage, "secret"), getOf({ expiresIn: 1 }));
        const end = Date.now() + 2100;
        await until(() => Date.now() > end);
        expect((await send({ method: "GET", url })).status).toBe(403);
      });

      test("of an object that is not there is 404", async () => {
        const url = await storage.signGet(newKey(), getOf({}));
        expect((await send({ method: "GET", url })).status).toBe(404);
      });
    });

    describe("public and private", () => {
      test("anybody reads a public object at its address, for a minute from a cache", async () => {
        const key = `${newKey()}.webp`;
        await subject.storages.public.put(key, Buffer.from("RIFF"), { type: "image/webp", size: 4 });
        const answer = await send({ method: "GET", url: subject.storages.public.publicUrl(key) });
        expect([answer.status, answer.body.toString()]).toEqual([200, "RIFF"]);
        expect(answer.headers).toMatchObject({
          "content-type": "image/webp",
          "cache-control": "public, max-age=60",
        });
      });

      test("a copy into public is served the same way", async () => {
        const key = await stored(storage, "RIFF");
        const toKey = `${newKey()}.webp`;
        await storage.copy(key, subject.storages.public, toKey, { type: "image/webp" });
        const answer = await send({ method: "GET", url: subject.storages.public.publicUrl(toKey) });
        expect(answer.headers).toMatchObject({
          "content-type": "image/webp",
          "cache-control": "public, max-age=60",
        });
      });

      test("nobody puts into public, lists it or removes from it without a signature", async () => {
        const key = `${newKey()}.webp`;
        await subject.storages.public.put(key, Buffer.from("RIFF"), { type: "image/webp", size: 4 });
        const url = subject.storages.public.publicUrl(key);
        const fresh = url.replace(key, newKey());
        expect((await send({ method: "PUT", url: fresh, body: Buffer.of(1) })).status).toBe(403);
        expect([403, 405]).toContain((await send({ method: "DELETE", url })).status);
        const list = await send({ method: "GET", url: `${url.slice(0, -key.length)}?list-type=2` });
        expect([403, 404]).toContain(list.status);
        expect((await send({ method: "GET", url })).status).toBe(200);
      });

      test("a private object has no public address, and a bare one opens nothing", async () => {
        const key = await stored(storage, "secret");
        expect(() => storage.publicUrl(key)).toThrow("no public address");
        const bare = (await storage.signGet(key, getOf({}))).replace(/\?.*/, "");
        for (const method of ["GET", "HEAD"]) expect((await send({ method, url: bare })).status).toBe(403);
        const elsewhere = subject.storages.public.publicUrl(key);
        const answer = await send({ method: "GET", url: elsewhere });
        expect([403, 404]).toContain(answer.status);
      });

      test("a signature for one class opens nothing in the other", async () => {
        const key = newKey();
        await stored(storage, "secret", key);
        const own = await storage.signGet(key, getOf({}));
        const other = await subject.storages.public.signGet(key, getOf({}));
        const crossed = own.replace(/\?.*/, "") + other.slice(other.indexOf("?"));
        expect((await send({ method: "GET", url: crossed })).status).toBe(403);
      });
    });
  });
}

function newKey(): string {
  return `test/${randomUUID()}`;
}

async function stored(storage: Storage, content: string, key = newKey()): Promise<string> {
  const body = Buffer.from(content);
  await storage.put(key, body, { type: "text/plain", size: body.length });
  return key;
}

async function text(storage: Storage, key: string, range?: { start: number; end: number }): Promise<string> {
  return (await buffer(await storage.read(key, range))).toString();
}

async function keys(storage: Storage, prefix: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of storage.list(prefix)) found.push(key);
  return found;
}

function sha256(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("base64");
}

function putOf(bytes: Uint8Array): SignedPut {
  return { type: "application/pdf", size: bytes.length, sha256: sha256(bytes), expiresIn: 60 };
}

function getOf(more: Partial<SignedGet>): SignedGet {
  return { type: "application/pdf", disposition: "inline", name: "letter.pdf", expiresIn: 60, ...more };
}

function sendPut({ method, url, headers }: SignedRequest, body: Uint8Array) {
  return send({ method, url, body, headers: { ...headers, "content-length": String(body.length) } });
}

function withHeader(signed: SignedRequest, name: string, value: string | undefined): SignedRequest {
  const { [name]: _, ...rest } = signed.headers;
  return { ...signed, headers: value === undefined ? rest : { ...rest, [name]: value } };
}

/** Flips the lowest bit of the signature's first digit. */
function flipSignature(url: string): string {
  return url.replace(
    /(ignature=)([0-9a-f])/,
    (_, before: string, digit: string) => before + (Number.parseInt(digit, 16) ^ 1).toString(16),
  );
}

async function* endless() {
  for (;;) yield Buffer.alloc(60_000);
}

async function* breaksOff() {
  yield Buffer.from("1234");
  throw new Error("the source broke");
}

/** Waits for a moment that only the real clock brings: the store under test is not ours to hold still. */
async function until(reached: () => boolean): Promise<void> {
  while (!reached()) await new Promise((resolve) => setTimeout(resolve, 50));
}
