import { describe, expect, test, vi } from "vitest";
import { db } from "@/app/_server/app-context";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import {
  expectUnavailable,
  faultyStoreFixture,
  STORE_FAULTS,
  store,
} from "@/tests/support/app/faulty-store-fixture";
import {
  requestMultipartTicket,
  requestPartUrls,
  splitIntoParts,
  uploadParts,
} from "@/tests/support/app/parts";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

describe.skipIf("skipped" in store)("with an S3 store that", { timeout: 120_000 }, () => {
  const site = faultyStoreFixture();
  // It begins as a PDF does; over 32 MiB nobody looks further.
  const bytes = Buffer.alloc(33 * 1024 * 1024, "%PDF-1.7\n");

  const uploadRow = (id: string) => db().upload.findUniqueOrThrow({ where: { id } });
  const complete = (id: string) => site.ada.complete(id);
  const begin = async () => {
    const { id, parts } = await requestMultipartTicket(site.ada, { field: "bundle", size: bytes.length });
    return { id, parts: splitIntoParts(bytes, parts.size) };
  };

  test.each(STORE_FAULTS)(
    "%s: an upload in parts is told to try again at every step that needs the store, nothing has moved, and it goes on afterwards",
    async (_, fault) => {
      await site.faultProxy.set(fault);
      const { id, parts } = await begin();
      const away = async (asking: () => Promise<Response>) => {
        await site.faultProxy.set(fault);
        await expectUnavailable(asking());
        expect((await uploadRow(id)).state).toBe("issued");
        await site.faultProxy.set({ kind: "none" });
      };
      await away(() => requestPartUrls(site.ada, id, parts));
      expect((await uploadRow(id)).multipartId).toBeNull();
      await uploadParts(site.ada, id, parts.slice(0, 3));
      // Once begun, a part is signed without the store; but what was asked for before has to be looked up.
      await site.faultProxy.set(fault);
      expect((await requestPartUrls(site.ada, id, parts.slice(3, 4))).status).toBe(200);
      await away(() => requestPartUrls(site.ada, id, parts.slice(0, 1)));
      await uploadParts(site.ada, id, parts.slice(3));
      await away(() => complete(id));
      await away(() => site.ada.get(`/api/uploads/${id}`));
      const { received } = await (await site.ada.get(`/api/uploads/${id}`)).json();
      expect(received).toHaveLength(parts.length);
      const answer = await complete(id);
      expect(answer.status).toBe(200);
      expect(await (await complete(id)).json()).toEqual(await answer.json());
    },
  );

  const LOST: [string, RegExp][] = [
    ["the beginning of parts", /^POST \S*uploads(=|\s)/],
    ["the joining of parts", /^POST \S*uploadId=/],
    ["the copy of what was joined", /^PUT \S*files\//],
  ];
  test.each(LOST)(
    "does its work, and the answer to %s is lost: the request, or the same once more, succeeds",
    async (_, only) => {
      const { id, parts } = await begin();
      const once = async (request: () => Promise<Response>) => {
        const first = await request();
        if (first.status === 200) return first;
        expect(first.status).toBe(503);
        return request();
      };
      await site.faultProxy.set({ kind: "lose-first-answer", only });
      expect((await once(() => requestPartUrls(site.ada, id, parts))).status).toBe(200);
      await uploadParts(site.ada, id, parts);
      const answer = await once(() => complete(id));
      expect(answer.status).toBe(200);
      const { file } = await answer.json();
      expect((await (await complete(id)).json()).file).toEqual(file);
      expect(await db().file.count({ where: { ownerId: site.ada.id, field: "bundle", id: file.id } })).toBe(
        1,
      );
    },
  );

  test("is slow: everything is answered all the same", async () => {
    await site.faultProxy.set({ kind: "delay", milliseconds: 200 });
    const { id, parts } = await begin();
    await uploadParts(site.ada, id, parts);
    expect((await complete(id)).status).toBe(200);
  });
});
