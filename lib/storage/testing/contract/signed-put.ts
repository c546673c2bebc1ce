import { randomBytes, randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import type { SignedRequest, Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { flipSignature, pollUntil, sendPut, withHeader } from "./requests";
import { newKey, putSample, sha256, signedPutOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testSignedPut(subject: () => ContractSubject): void {
  describe("a signed PUT", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    const body = randomBytes(1000);

    test("stores 20 MB", async () => {
      const key = newKey();
      const bytes = randomBytes(20 * 1024 * 1024);
      const signed = await storage.signPut(key, signedPutOptions(bytes));
      expect((await sendPut(signed, bytes)).status).toBe(200);
      expect((await storage.stat(key))?.size).toBe(bytes.length);
      expect((await buffer(await storage.read(key))).equals(bytes)).toBe(true);
    });

    test("expires after the requested time", async () => {
      const signed = await storage.signPut(newKey(), { ...signedPutOptions(body), expiresIn: 100 });
      const remaining = signed.expiresAt.getTime() - Date.now();
      expect(remaining).toBeGreaterThan(95_000);
      expect(remaining).toBeLessThanOrEqual(100_000);
    });

    test.each<[string, (signed: SignedRequest) => SignedRequest]>([
      ["a flipped bit in the signature", (signed) => ({ ...signed, url: flipSignature(signed.url) })],
      ["another key", (signed) => ({ ...signed, url: signed.url.replace("/raw-", "/raw_") })],
      ["another type", (signed) => withHeader(signed, "content-type", "text/html")],
      ["another checksum header", (signed) => withHeader(signed, "x-amz-checksum-sha256", sha256("else"))],
      ["permission to overwrite", (signed) => withHeader(signed, "if-none-match", '"0"')],
      ["no checksum header", (signed) => withHeader(signed, "x-amz-checksum-sha256", undefined)],
      ["a longer life", (signed) => ({ ...signed, url: signed.url.replace(/(xpires=)(\d+)/i, "$19$2") })],
    ])("is rejected with %s and leaves no file", async (_, change) => {
      const key = `test/raw-${randomUUID()}`;
      const signed = change(await storage.signPut(key, signedPutOptions(body)));
      const response = await sendPut(signed, body);
      expect(response.status).toBe(403);
      for (const name of [key, key.replace("/raw-", "/raw_")]) expect(await storage.stat(name)).toBeNull();
    });

    test.each([
      ["more", 1001],
      ["less", 999],
    ])("is rejected with one byte %s and leaves no file", async (_, size) => {
      const key = newKey();
      const response = await sendPut(await storage.signPut(key, signedPutOptions(body)), randomBytes(size));
      expect(response.status).toBe(403);
      expect(await storage.stat(key)).toBeNull();
    });

    test("stores no file with other bytes if the store compares checksums", async () => {
      const key = newKey();
      const response = await sendPut(await storage.signPut(key, signedPutOptions(body)), randomBytes(1000));
      expect(response.status).toBe(subject().capabilities.enforcesChecksum ? 400 : 200);
      expect(await storage.stat(key)).toEqual(
        subject().capabilities.enforcesChecksum ? null : expect.anything(),
      );
    });

    test("is rejected after its expiration and leaves no file", async () => {
      const key = newKey();
      const signed = await storage.signPut(key, { ...signedPutOptions(body), expiresIn: 1 });
      await pollUntil(() => Date.now() > signed.expiresAt.getTime() + 1000);
      expect((await sendPut(signed, body)).status).toBe(403);
      expect(await storage.stat(key)).toBeNull();
    });

    test("works once; the second request is 412 and changes nothing", async () => {
      const key = newKey();
      const signed = await storage.signPut(key, signedPutOptions(body));
      expect((await sendPut(signed, body)).status).toBe(200);
      expect((await sendPut(signed, body)).status).toBe(412);
      expect((await buffer(await storage.read(key))).equals(body)).toBe(true);
    });

    test("permits no read or deletion", async () => {
      const key = await putSample(storage, "hidden");
      const { url } = await storage.signPut(key, signedPutOptions(body));
      for (const method of ["GET", "DELETE", "POST"]) {
        const response = await sendRaw({ method, url });
        expect([403, 405]).toContain(response.status);
        expect(response.body.includes("hidden")).toBe(false);
      }
      expect(await storage.stat(key)).not.toBeNull();
    });
  });
}
