import { randomBytes } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { flipSignature, sendPart, sendPut } from "./requests";
import { newKey, signedPartOptions } from "./samples";
import type { ContractSubject } from "./subject";

const type = "application/pdf";

/** Multipart uploads at a store that lists no parts: nothing must look like a success. */
export function testUnlistedParts(subject: () => ContractSubject): void {
  describe("a multipart upload at a store that lists no parts", () => {
    const body = randomBytes(1000);
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("accepts signed parts and fails to complete with unavailable", async () => {
      const key = newKey();
      const id = await storage.createMultipartUpload(key, { type });
      expect(await sendPart(storage, key, id, 1, body)).toBe(200);
      await expect(storage.listParts(key, id)).rejects.toMatchObject({ code: "unavailable" });
      const complete = storage.completeMultipartUpload(key, id, [{ number: 1, size: body.length }]);
      await expect(complete).rejects.toMatchObject({ code: "unavailable" });
      await expect(storage.listMultipartUploads("test/").next()).rejects.toMatchObject({
        code: "unavailable",
      });
      expect(await storage.stat(key)).toBeNull();
    });

    test("rejects a part with another signature", async () => {
      const key = newKey();
      const id = await storage.createMultipartUpload(key, { type });
      const signed = await storage.signPart(key, signedPartOptions(id, 1, body));
      const response = await sendPut({ ...signed, url: flipSignature(signed.url) }, body);
      expect(response.status).toBe(403);
    });

    test("accepts no part after an abort", async () => {
      const key = newKey();
      const id = await storage.createMultipartUpload(key, { type });
      await storage.abortMultipartUpload(key, id);
      await expect(storage.abortMultipartUpload(key, id)).resolves.toBeUndefined();
      expect(await sendPart(storage, key, id, 1, body)).not.toBe(200);
      expect(await storage.stat(key)).toBeNull();
    });
  });
}
