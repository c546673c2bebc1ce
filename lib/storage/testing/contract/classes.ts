import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { newKey, putSample, signedGetOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testStorageClasses(subject: () => ContractSubject): void {
  describe("public and private", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("anybody reads a public object at its address, for a minute from a cache", async () => {
      const key = `${newKey()}.webp`;
      await subject().storages.public.put(key, Buffer.from("RIFF"), { type: "image/webp", size: 4 });
      const answer = await sendRaw({ method: "GET", url: subject().storages.public.publicUrl(key) });
      expect([answer.status, answer.body.toString()]).toEqual([200, "RIFF"]);
      expect(answer.headers).toMatchObject({
        "content-type": "image/webp",
        "cache-control": "public, max-age=60",
      });
    });

    test("a copy into public is served the same way", async () => {
      const key = await putSample(storage, "RIFF");
      const toKey = `${newKey()}.webp`;
      await storage.copy(key, subject().storages.public, toKey, { type: "image/webp", size: 4 });
      const answer = await sendRaw({ method: "GET", url: subject().storages.public.publicUrl(toKey) });
      expect(answer.headers).toMatchObject({
        "content-type": "image/webp",
        "cache-control": "public, max-age=60",
      });
    });

    test("nobody puts into public, lists it or removes from it without a signature", async () => {
      const key = `${newKey()}.webp`;
      await subject().storages.public.put(key, Buffer.from("RIFF"), { type: "image/webp", size: 4 });
      const url = subject().storages.public.publicUrl(key);
      const fresh = url.replace(key, newKey());
      const { unsignedStatuses: unsigned } = subject().capabilities;
      expect(unsigned).toContain((await sendRaw({ method: "PUT", url: fresh, body: Buffer.of(1) })).status);
      expect([...unsigned, 405]).toContain((await sendRaw({ method: "DELETE", url })).status);
      const list = await sendRaw({ method: "GET", url: `${url.slice(0, -key.length)}?list-type=2` });
      expect([...unsigned, 404]).toContain(list.status);
      expect((await sendRaw({ method: "GET", url })).status).toBe(200);
    });

    test("a private object has no public address, and a bare one opens nothing", async () => {
      const key = await putSample(storage, "secret");
      expect(() => storage.publicUrl(key)).toThrow("no public URL");
      const bare = (await storage.signGet(key, signedGetOptions({}))).replace(/\?.*/, "");
      const { unsignedStatuses: unsigned } = subject().capabilities;
      for (const method of ["GET", "HEAD"])
        expect(unsigned).toContain((await sendRaw({ method, url: bare })).status);
      const elsewhere = subject().storages.public.publicUrl(key);
      const answer = await sendRaw({ method: "GET", url: elsewhere });
      expect([...unsigned, 404]).toContain(answer.status);
    });

    test("a signature for one class opens nothing in the other", async () => {
      const key = newKey();
      await putSample(storage, "secret", key);
      const own = await storage.signGet(key, signedGetOptions({}));
      const other = await subject().storages.public.signGet(key, signedGetOptions({}));
      const crossed = own.replace(/\?.*/, "") + other.slice(other.indexOf("?"));
      expect((await sendRaw({ method: "GET", url: crossed })).status).toBe(403);
    });
  });
}
