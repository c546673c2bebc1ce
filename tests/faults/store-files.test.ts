import { describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import {
  expectUnavailable,
  faultyStoreFixture,
  listKeys,
  STORE_FAULTS,
  store,
} from "@/tests/support/app/faulty-store-fixture";
import { fetchUrl } from "@/tests/support/app/person";

describe.skipIf("skipped" in store)("with an S3 store that", { timeout: 120_000 }, () => {
  const site = faultyStoreFixture();

  const picture = async () =>
    site.ada.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  const letter = async () =>
    site.ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
  const flag = (id: string, visibility: string) =>
    site.ada.request("PATCH", `/api/files/${id}`, { body: { visibility } });
  const erase = (id: string) => site.ada.request("DELETE", `/api/files/${id}`);
  const row = (id: string) => db().file.findUniqueOrThrow({ where: { id } });

  test.each(STORE_FAULTS)("%s: hiding a picture fails, and succeeds later", async (_, fault) => {
    const { id, url = "" } = await picture();
    const { publicPrefix } = await row(id);
    await site.faultProxy.set(fault);
    await expectUnavailable(flag(id, "private"));
    // The flag is set, no page has the URL, and a second attempt does not assume deleted bytes.
    expect(await row(id)).toMatchObject({ visibility: "private", publicPrefix: null });
    await expectUnavailable(flag(id, "private"));
    await site.faultProxy.set({ kind: "none" });
    expect((await flag(id, "private")).status).toBe(200);
    expect((await fetchUrl(url)).ok).toBe(false);
    expect(await listKeys("public", publicPrefix)).toEqual([]);
  });

  test.each(STORE_FAULTS)("%s: publishing a picture fails, and succeeds later", async (_, fault) => {
    const { id } = await picture();
    expect((await flag(id, "private")).status).toBe(200);
    await site.faultProxy.set(fault);
    await expectUnavailable(flag(id, "public"));
    expect((await row(id)).publicPrefix).toBeNull();
    await site.faultProxy.set({ kind: "none" });
    const shown = await (await flag(id, "public")).json();
    expect((await fetchUrl(shown.url)).ok).toBe(true);
  });

  test.each(STORE_FAULTS)("%s: deleting a picture fails, and succeeds later", async (_, fault) => {
    const { id, url = "" } = await picture();
    const { prefix } = await row(id);
    await site.faultProxy.set(fault);
    await expectUnavailable(erase(id));
    await expectUnavailable(erase(id));
    await site.faultProxy.set({ kind: "none" });
    expect(await listKeys("private", prefix)).not.toEqual([]);
    expect((await erase(id)).status).toBe(204);
    expect(await listKeys("private", prefix)).toEqual([]);
    expect((await fetchUrl(url)).ok).toBe(false);
  });

  test.each(STORE_FAULTS)("%s: a document is withdrawn and its purge is scheduled", async (_, fault) => {
    const { id } = await letter();
    await site.faultProxy.set(fault);
    await expectUnavailable(erase(id));
    const { status, prefix } = await row(id);
    expect(status).toBe("withdrawn");
    expect(await db().purge.count({ where: { prefix, storage: "private" } })).toBe(1);
    expect((await site.ada.get(`/api/files/${id}/content`)).status).toBe(410);
  });

  test.each(STORE_FAULTS)(
    "%s: hiding a profile hides its picture before the copies are deleted",
    async (_, fault) => {
      const { id, url = "" } = await picture();
      const visible = (visibility: string) =>
        site.ada.request("PATCH", "/api/profile", { body: { visibility } });
      expect((await fetchUrl(url)).ok).toBe(true);
      await site.faultProxy.set(fault);
      await expectUnavailable(visible("private"));
      expect(
        (await site.ada.get("/api/profile").then((response) => response.json())).picture.variants,
      ).toEqual([]);
      expect(await db().purge.count({ where: { fileId: id, storage: "public" } })).toBe(1);
      await site.faultProxy.set({ kind: "none" });
      expect((await visible("private")).status).toBe(200);
      expect((await fetchUrl(url)).ok).toBe(false);
      expect((await visible("public")).status).toBe(200);
    },
  );

  test("is slow: a picture is uploaded and hidden", async () => {
    await site.faultProxy.set({ kind: "delay", milliseconds: 200 });
    expect((await flag((await picture()).id, "private")).status).toBe(200);
  });
});
