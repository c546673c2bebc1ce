import { parse } from "content-disposition";
import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { flipSignature, pollUntil } from "./requests";
import { newKey, putSample, signedGetOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testSignedGet(subject: () => ContractSubject): void {
  describe("a signed GET", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("returns the bytes with the signed type and file name", async () => {
      for (const name of [
        "Ärztliches Attest.pdf",
        "Справка о несудимости.pdf",
        "診断書 (2).pdf",
        'a"b;c.pdf',
      ]) {
        const key = await putSample(storage, "%PDF-1.7");
        const response = await sendRaw({
          method: "GET",
          url: await storage.signGet(key, signedGetOptions({ name })),
        });
        expect(response.status).toBe(200);
        expect(response.body.toString()).toBe("%PDF-1.7");
        expect(response.headers["cache-control"]).toBe("private, no-store");
        if (!subject().capabilities.honoursResponseOverrides) {
          expect(response.headers["content-type"]).toBe("text/plain");
          expect(response.headers["content-disposition"]).toBeUndefined();
          continue;
        }
        expect(response.headers["content-type"]).toBe("application/pdf");
        const disposition = parse(response.headers["content-disposition"] ?? "");
        expect(disposition).toMatchObject({ type: "inline", parameters: { filename: name } });
      }
    });

    test("returns a range", async () => {
      const key = await putSample(storage, "0123456789");
      const url = await storage.signGet(key, signedGetOptions({}));
      const response = await sendRaw({ method: "GET", url, headers: { range: "bytes=3-5" } });
      expect([response.status, response.body.toString()]).toEqual([206, "345"]);
      expect(response.headers["content-range"]).toBe("bytes 3-5/10");
      const beyond = await sendRaw({ method: "GET", url, headers: { range: "bytes=10-" } });
      expect(beyond.status).toBe(416);
    });

    test.each<[string, (url: string) => string]>([
      ["a flipped bit in the signature", flipSignature],
      ["another type", (url) => url.replace("application%2Fpdf", "text%2Fhtml")],
      ["another disposition", (url) => url.replace("inline", "attachment")],
    ])("is rejected with %s", async (_, change) => {
      const key = await putSample(storage, "hidden");
      const response = await sendRaw({
        method: "GET",
        url: change(await storage.signGet(key, signedGetOptions({}))),
      });
      expect(response.status).toBe(403);
      expect(response.body.includes("hidden")).toBe(false);
    });

    test("is rejected without its signature", async () => {
      const key = await putSample(storage, "hidden");
      const url = (await storage.signGet(key, signedGetOptions({}))).replace(/\?.*/, "");
      const response = await sendRaw({ method: "GET", url });
      expect(subject().capabilities.unsignedStatuses).toContain(response.status);
      expect(response.body.includes("hidden")).toBe(false);
    });

    test("is rejected after its expiration", async () => {
      const url = await storage.signGet(
        await putSample(storage, "hidden"),
        signedGetOptions({ expiresIn: 1 }),
      );
      const end = Date.now() + 2100;
      await pollUntil(() => Date.now() > end);
      expect((await sendRaw({ method: "GET", url })).status).toBe(403);
    });

    test("of a missing object is 404", async () => {
      const url = await storage.signGet(newKey(), signedGetOptions({}));
      expect((await sendRaw({ method: "GET", url })).status).toBe(404);
    });
  });
}
