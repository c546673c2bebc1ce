import { randomBytes, randomUUID } from "node:crypto";
import { buffer } from "node:stream/consumers";
import { beforeAll, describe, expect, test } from "vitest";
import type { SignedRequest, Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { flipSignature, pollUntil, sendPut, withHeader } from "./requests";
import { newKey, putSample, sha256, signedPutOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testSignedPut(subject: () => ContractSubject): void {
  describe("a signed PUT, over raw HTTP,", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    const body = randomBytes(1000);

    test("brings 20 MB whole", async () => {
      const key = newKey();
      const bytes = randomBytes(20 * 1024 * 1024);
      const signed = await storage.signPut(key, signedPutOptions(bytes));
      expect((await sendPut(signed, bytes)).status).toBe(200);
      expect((await storage.stat(key))?.size).toBe(bytes.length);
      expect((await buffer(await storage.read(key))).equals(bytes)).toBe(true);
    });

    test("is good for as long as it says", async () => {
      const signed = await storage.signPut(newKey(), { ...signedPutOptions(body), expiresIn: 100 });
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
      const signed = change(await storage.signPut(key, signedPutOptions(body)));
      const answer = await sendPut(signed, body);
      expect(answer.status).toBe(403);
      for (const name of [key, key.replace("/raw-", "/raw_")]) expect(await storage.stat(name)).toBeNull();
    });

    test.each([
      ["more", 1001],
      ["less", 999],
    ])("is refused with one byte %s and leaves no file", async (_, size) => {
      const key = newKey();
      const answer = await sendPut(await storage.signPut(key, signedPutOptions(body)), randomBytes(size));
      expect(answer.status).toBe(403);
      expect(await storage.stat(key)).toBeNull();
    });

    test("with other bytes of the right length leaves no file, where the store compares", async () => {
      const key = newKey();
      const answer = await sendPut(await storage.signPut(key, signedPutOptions(body)), randomBytes(1000));
      expect(answer.status).toBe(subject().capabilities.enforcesChecksum ? 400 : 200);
      expect(await storage.stat(key)).toEqual(
        subject().capabilities.enforcesChecksum ? null : expect.anything(),
      );
    });

    test("is refused once it has expired, and leaves no file", async () => {
      const key = newKey();
      const signed = await storage.signPut(key, { ...signedPutOptions(body), expiresIn: 1 });
      await pollUntil(() => Date.now() > signed.expiresAt.getTime() + 1000);
      expect((await sendPut(signed, body)).status).toBe(403);
      expect(await storage.stat(key)).toBeNull();
    });

    test("works once: the second is 412 and the first one's bytes stay", async () => {
      const key = newKey();
      const signed = await storage.signPut(key, signedPutOptions(body));
      expect((await sendPut(signed, body)).status).toBe(200);
      expect((await sendPut(signed, body)).status).toBe(412);
      expect((await buffer(await storage.read(key))).equals(body)).toBe(true);
    });

    test("is no leave to read or delete", async () => {
      const key = await putSample(storage, "hidden");
      const { url } = await storage.signPut(key, signedPutOptions(body));
      for (const method of ["GET", "DELETE", "POST"]) {
        const answer = await sendRaw({ method, url });
        expect([403, 405]).toContain(answer.status);
        expect(answer.body.includes("hidden")).toBe(false);
      }
      expect(await storage.stat(key)).not.toBeNull();
    });
  });
}
