import { randomBytes, randomUUID } from "node:crypto";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { SignedRequest, Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { flipSignature, pollUntil, sendPart, sendPut, withHeader } from "./requests";
import { MIN_PART_SIZE, newKey, sha256, signedPartOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testSignedPart(subject: () => ContractSubject): void {
  describe("a signed PUT of a part", () => {
    const body = randomBytes(1000);
    let storage: Storage;
    let key: string;
    let id: string;
    let other: string;
    beforeAll(() => {
      storage = subject().storages.private;
    });
    beforeEach(async () => {
      key = `test/raw-${randomUUID()}`;
      id = await storage.createMultipartUpload(key, { type: "application/pdf" });
      other = await storage.createMultipartUpload(key, { type: "application/pdf" });
      return async () => {
        await storage.abortMultipartUpload(key, id);
        await storage.abortMultipartUpload(key, other);
      };
    });

    const expectNoParts = async () => {
      expect(await storage.listParts(key, id)).toEqual([]);
      expect(await storage.listParts(key, other)).toEqual([]);
    };

    test("stores a part that is listed, but no object yet", async () => {
      expect(await sendPart(storage, key, id, 3, randomBytes(MIN_PART_SIZE))).toBe(200);
      expect(await sendPart(storage, key, id, 1, body)).toBe(200);
      expect(await storage.listParts(key, id)).toEqual([
        { number: 1, size: 1000 },
        { number: 3, size: MIN_PART_SIZE },
      ]);
      expect(await storage.listParts(key, other)).toEqual([]);
      expect(await storage.stat(key)).toBeNull();
    });

    test("expires after the requested time", async () => {
      const signed = await storage.signPart(key, { ...signedPartOptions(id, 1, body), expiresIn: 900 });
      const remaining = signed.expiresAt.getTime() - Date.now();
      expect(remaining).toBeGreaterThan(895_000);
      expect(remaining).toBeLessThanOrEqual(900_000);
    });

    test.each<[string, (signed: SignedRequest) => SignedRequest]>([
      ["a flipped bit in the signature", (signed) => ({ ...signed, url: flipSignature(signed.url) })],
      ["another key", (signed) => ({ ...signed, url: signed.url.replace("/raw-", "/raw_") })],
      ["another number", (signed) => withQueryParameter(signed, "partNumber", "2")],
      ["another upload", (signed) => withQueryParameter(signed, "uploadId", other)],
      ["no number", (signed) => withQueryParameter(signed, "partNumber", null)],
      ["no upload", (signed) => withQueryParameter(signed, "uploadId", null)],
      ["another checksum header", (signed) => withHeader(signed, "x-amz-checksum-sha256", sha256("else"))],
      ["no checksum header", (signed) => withHeader(signed, "x-amz-checksum-sha256", undefined)],
      ["a longer life", (signed) => ({ ...signed, url: signed.url.replace(/(xpires=)(\d+)/i, "$19$2") })],
    ])("is rejected with %s and leaves no part", async (_, change) => {
      const signed = change(await storage.signPart(key, signedPartOptions(id, 1, body)));
      expect((await sendPut(signed, body)).status).toBe(403);
      await expectNoParts();
      expect(await storage.stat(key)).toBeNull();
    });

    test.each([
      ["more", 1001],
      ["less", 999],
    ])("is rejected with one byte %s and leaves no part", async (_, size) => {
      const signed = await storage.signPart(key, signedPartOptions(id, 1, body));
      expect((await sendPut(signed, randomBytes(size))).status).toBe(403);
      await expectNoParts();
    });

    test("stores no part with other bytes if the store compares checksums", async () => {
      const { enforcesPartChecksum } = subject().capabilities;
      const signed = await storage.signPart(key, signedPartOptions(id, 1, body));
      expect((await sendPut(signed, randomBytes(1000))).status).toBe(enforcesPartChecksum ? 400 : 200);
      const expected = enforcesPartChecksum ? [] : [{ number: 1, size: 1000 }];
      expect(await storage.listParts(key, id)).toEqual(expected);
    });

    test("is rejected after its expiration and leaves no part", async () => {
      const signed = await storage.signPart(key, { ...signedPartOptions(id, 1, body), expiresIn: 1 });
      await pollUntil(() => Date.now() > signed.expiresAt.getTime() + 1000);
      expect((await sendPut(signed, body)).status).toBe(403);
      await expectNoParts();
    });

    test("is 404 after the upload was aborted", async () => {
      const signed = await storage.signPart(key, signedPartOptions(id, 1, body));
      await storage.abortMultipartUpload(key, id);
      expect((await sendPut(signed, body)).status).toBe(404);
      expect(await storage.listParts(key, id)).toBeNull();
    });

    test("permits no read, deletion, list or completion", async () => {
      const { url } = await storage.signPart(key, signedPartOptions(id, 1, body));
      for (const method of ["GET", "DELETE", "POST"])
        expect([403, 405]).toContain((await sendRaw({ method, url })).status);
      expect(await storage.listParts(key, id)).toEqual([]);
    });

    test.each([0, -1, 1.5, 10_001])("throws for the part number %d", async (number) => {
      await expect(storage.signPart(key, { ...signedPartOptions(id, 1, body), number })).rejects.toThrow(
        "Not a part number",
      );
    });

    test("throws for an invalid key", async () => {
      const wrong = `${newKey()}/../x`;
      await expect(storage.signPart(wrong, signedPartOptions(id, 1, body))).rejects.toThrow(
        "Not a storage key",
      );
    });
  });
}

function withQueryParameter(signed: SignedRequest, name: string, value: string | null): SignedRequest {
  const url = new URL(signed.url);
  if (value === null) url.searchParams.delete(name);
  else url.searchParams.set(name, value);
  return { ...signed, url: url.href };
}
