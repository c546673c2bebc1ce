import { parse } from "content-disposition";
import { beforeAll, describe, expect, test } from "vitest";
import type { Storage } from "../../storage";
import { sendRaw } from "./raw-http";
import { flipSignature, pollUntil } from "./requests";
import { newKey, putSample, signedGetOptions } from "./samples";
import type { ContractSubject } from "./subject";

export function testSignedGet(subject: () => ContractSubject): void {
  describe("a signed GET, over raw HTTP,", () => {
    let storage: Storage;
    beforeAll(() => {
      storage = subject().storages.private;
    });

    test("brings the bytes with the type and the name it was signed with, whatever the script", async () => {
      for (const name of [
        "Ärztliches Attest.pdf",
        "Справка о несудимости.pdf",
        "診断書 (2).pdf",
        'a"b;c.pdf',
      ]) {
        const key = await putSample(storage, "%PDF-1.7");
        const answer = await sendRaw({
          method: "GET",
          url: await storage.signGet(key, signedGetOptions({ name })),
        });
        expect(answer.status).toBe(200);
        expect(answer.body.toString()).toBe("%PDF-1.7");
        expect(answer.headers["cache-control"]).toBe("private, no-store");
        if (!subject().capabilities.honoursResponseOverrides) {
          expect(answer.headers["content-type"]).toBe("text/plain");
          expect(answer.headers["content-disposition"]).toBeUndefined();
          continue;
        }
        expect(answer.headers["content-type"]).toBe("application/pdf");
        const disposition = parse(answer.headers["content-disposition"] ?? "");
        expect(disposition).toMatchObject({ type: "inline", parameters: { filename: name } });
      }
    });

    test("brings a part where a part is asked for", async () => {
      const key = await putSample(storage, "0123456789");
      const url = await storage.signGet(key, signedGetOptions({}));
      const answer = await sendRaw({ method: "GET", url, headers: { range: "bytes=3-5" } });
      expect([answer.status, answer.body.toString()]).toEqual([206, "345"]);
      expect(answer.headers["content-range"]).toBe("bytes 3-5/10");
      const beyond = await sendRaw({ method: "GET", url, headers: { range: "bytes=10-" } });
      expect(beyond.status).toBe(416);
    });

    test.each<[string, (url: string) => string]>([
      ["a flipped bit in the signature", flipSignature],
      ["another type", (url) => url.replace("application%2Fpdf", "text%2Fhtml")],
      ["another disposition", (url) => url.replace("inline", "attachment")],
    ])("is refused with %s", async (_, change) => {
      const key = await putSample(storage, "hidden");
      const answer = await sendRaw({
        method: "GET",
        url: change(await storage.signGet(key, signedGetOptions({}))),
      });
      expect(answer.status).toBe(403);
      expect(answer.body.includes("hidden")).toBe(false);
    });

    test("is refused without its signature", async () => {
      const key = await putSample(storage, "hidden");
      const url = (await storage.signGet(key, signedGetOptions({}))).replace(/\?.*/, "");
      const answer = await sendRaw({ method: "GET", url });
      expect(subject().capabilities.unsignedStatuses).toContain(answer.status);
      expect(answer.body.includes("hidden")).toBe(false);
    });

    test("is refused once it has expired", async () => {
      const url = await storage.signGet(
        await putSample(storage, "hidden"),
        signedGetOptions({ expiresIn: 1 }),
      );
      const end = Date.now() + 2100;
      await pollUntil(() => Date.now() > end);
      expect((await sendRaw({ method: "GET", url })).status).toBe(403);
    });

    test("of an object that is not there is 404", async () => {
      const url = await storage.signGet(newKey(), signedGetOptions({}));
      expect((await sendRaw({ method: "GET", url })).status).toBe(404);
    });
  });
}
