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
  // Starts like a PDF. Files over 32 MiB are not parsed further.
  const bytes = Buffer.alloc(33 * 1024 * 1024, "%PDF-1.7\n");

  const uploadRow = (id: string) => db().upload.findUniqueOrThrow({ where: { id } });
  const complete = (id: string) => site.ada.complete(id);
  const begin = async () => {
    const { id, parts } = await requestMultipartTicket(site.ada, { field: "bundle", size: bytes.length });
    return { id, parts: splitIntoParts(bytes, parts.size) };
  };

  test.each(STORE_FAULTS)(
    "%s: each step of a multipart upload fails, and succeeds later",
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
      // A new part is signed without the store. A repeated one needs the received parts.
      await site.faultProxy.set(fault);
      expect((await requestPartUrls(site.ada, id, parts.slice(3, 4))).status).toBe(200);
      await away(() => requestPartUrls(site.ada, id, parts.slice(0, 1)));
      await uploadParts(site.ada, id, parts.slice(3));
      await away(() => complete(id));
      await away(() => site.ada.get(`/api/uploads/${id}`));
      const { received } = await (await site.ada.get(`/api/uploads/${id}`)).json();
      expect(received).toHaveLength(parts.length);
      const response = await complete(id);
      expect(response.status).toBe(200);
      expect(await (await complete(id)).json()).toEqual(await response.json());
    },
  );

  const LOST: [string, RegExp][] = [
    ["the creation", /^POST \S*uploads(=|\s)/],
    ["the assembly", /^POST \S*uploadId=/],
    ["the copy", /^PUT \S*files\//],
  ];
  test.each(LOST)("loses the response to %s: a repeated request succeeds", async (_, only) => {
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
    const response = await once(() => complete(id));
    expect(response.status).toBe(200);
    const { file } = await response.json();
    expect((await (await complete(id)).json()).file).toEqual(file);
    expect(await db().file.count({ where: { ownerId: site.ada.id, field: "bundle", id: file.id } })).toBe(1);
  });

  test("is slow: a multipart upload succeeds", async () => {
    await site.faultProxy.set({ kind: "delay", milliseconds: 200 });
    const { id, parts } = await begin();
    await uploadParts(site.ada, id, parts);
    expect((await complete(id)).status).toBe(200);
  });
});
