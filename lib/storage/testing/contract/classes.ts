import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { newKey, putSample, signedGetOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testStorageClasses(subject: () => ContractSubject): void {
  describe("storage classes", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("serve a public object to anyone, cached for a minute", async () => {
      const key = `${newKey()}.webp`;
      await subject().storages.public.put(key, Buffer.from("RIFF"), { type: "image/webp", size: 4 });
      const response = await sendRaw({ method: "GET", url: subject().storages.public.publicUrl(key) });
      expect([response.status, response.body.toString()]).toEqual([200, "RIFF"]);
      expect(response.headers).toMatchObject({
        "content-type": "image/webp",
        "cache-control": "public, max-age=60",
      });
    });

    test("serve a copy in the public class the same way", async () => {
      const key = await putSample(storage, "RIFF");
      const toKey = `${newKey()}.webp`;
      await storage.copy(key, subject().storages.public, toKey, { type: "image/webp", size: 4 });
      const response = await sendRaw({ method: "GET", url: subject().storages.public.publicUrl(toKey) });
      expect(response.headers).toMatchObject({
        "content-type": "image/webp",
        "cache-control": "public, max-age=60",
      });
    });

    test("reject unsigned writes, deletions and listings of the public class", async () => {
      const key = `${newKey()}.webp`;
      await subject().storages.public.put(key, Buffer.from("RIFF"), { type: "image/webp", size: 4 });
      const url = subject().storages.public.publicUrl(key);
      const unusedUrl = url.replace(key, newKey());
      const { unsignedStatuses: unsigned } = subject().capabilities;
      expect(unsigned).toContain(
        (await sendRaw({ method: "PUT", url: unusedUrl, body: Buffer.of(1) })).status,
      );
      expect([...unsigned, 405]).toContain((await sendRaw({ method: "DELETE", url })).status);
      const list = await sendRaw({ method: "GET", url: `${url.slice(0, -key.length)}?list-type=2` });
      expect([...unsigned, 404]).toContain(list.status);
      expect((await sendRaw({ method: "GET", url })).status).toBe(200);
    });

    test("give a private object no public URL and reject unsigned reads", async () => {
      const key = await putSample(storage, "secret");
      expect(() => storage.publicUrl(key)).toThrow("no public URL");
      const unsignedUrl = (await storage.signGet(key, signedGetOptions({}))).replace(/\?.*/, "");
      const { unsignedStatuses: unsigned } = subject().capabilities;
      for (const method of ["GET", "HEAD"])
        expect(unsigned).toContain((await sendRaw({ method, url: unsignedUrl })).status);
      const publicUrl = subject().storages.public.publicUrl(key);
      const response = await sendRaw({ method: "GET", url: publicUrl });
      expect([...unsigned, 404]).toContain(response.status);
    });

    test("reject a signature of the other class", async () => {
      const key = newKey();
      await putSample(storage, "secret", key);
      const own = await storage.signGet(key, signedGetOptions({}));
      const other = await subject().storages.public.signGet(key, signedGetOptions({}));
      const crossed = own.replace(/\?.*/, "") + other.slice(other.indexOf("?"));
      expect((await sendRaw({ method: "GET", url: crossed })).status).toBe(403);
    });
  });
}
