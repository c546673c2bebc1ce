import { beforeEach, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { originalKey } from "@/lib/files/file";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import {
  expectUnavailable,
  faultyStoreFixture,
  listKeys,
  MAX_ANSWER_MS,
  store,
} from "@/tests/support/app/faulty-store-fixture";
import { fetchUrl, sendRequest } from "@/tests/support/app/person";

const SECRET = "a secret of the scheduler";
/** Delay of every response: each call is in time, all calls of a request are not. */
const late = (milliseconds: number) => ({ kind: "delay", milliseconds }) as const;

describe.skipIf("skipped" in store)("with an S3 store that is slow, a request", { timeout: 180_000 }, () => {
  const site = faultyStoreFixture({ CRON_SECRET: SECRET });
  let picture: { id: string; url?: string };

  beforeEach(async () => {
    picture = await site.ada.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  });

  const flag = (visibility: string) =>
    site.ada.request("PATCH", `/api/files/${picture.id}`, { body: { visibility } });
  const row = () => db().file.findUniqueOrThrow({ where: { id: picture.id } });

  /** Runs the sweep job, which has no such time budget. */
  async function sweep(): Promise<void> {
    await db().purge.updateMany({ data: { retryAt: null } });
    const unsettledSince = new Date(0);
    await db().file.updateMany({ where: { unsettledSince: { not: null } }, data: { unsettledSince } });
    const response = await sendRequest("POST", "/api/cron/sweep", {
      headers: { authorization: `Bearer ${SECRET}` },
    });
    expect(await response.json()).toMatchObject({ failed: 0 });
  }

  test.each([
    ["profilePicture", "image/jpeg", samplePhoto],
    ["medicalLetter", "application/pdf", samplePdf],
  ] as const)("that completes a %s gets 202 in time and later a file", async (field, type, sample) => {
    const upload = await site.ada.uploadBytes(field, await sample(), { type });
    await site.faultProxy.set(late(1500));
    const begun = performance.now();
    const response = await site.ada.post(`/api/uploads/${upload}/complete`, {});
    expect(performance.now() - begun).toBeLessThan(MAX_ANSWER_MS);
    expect([response.status, await response.json()]).toEqual([202, { id: upload, state: "inspecting" }]);
    const { id, state } = await (await site.ada.get(`/api/uploads/${upload}`)).json();
    expect({ id, state }).toEqual({ id: upload, state: "inspecting" });
    const completed = await site.ada.complete(upload);
    expect(completed.status).toBe(200);
    const { file } = await completed.json();
    const { prefix } = await db().file.findUniqueOrThrow({ where: { id: file.id } });
    expect(await listKeys("private", prefix)).toContain(originalKey({ prefix }));
  });

  test("that completes a broken file gets 202 and later 422", async () => {
    const bytes = Buffer.from("%PDF-1.7\nand nothing more");
    const upload = await site.ada.uploadBytes("medicalLetter", bytes, { type: "application/pdf" });
    await site.faultProxy.set(late(1500));
    expect((await site.ada.post(`/api/uploads/${upload}/complete`, {})).status).toBe(202);
    const refused = await site.ada.complete(upload);
    expect([refused.status, (await refused.json()).code]).toEqual([422, "unreadable_file"]);
  });

  test("that hides a picture gets 503, and a job deletes the copies", async () => {
    const { publicPrefix } = await row();
    await site.faultProxy.set(late(2500));
    await expectUnavailable(flag("private"));
    expect(await row()).toMatchObject({ visibility: "private", publicPrefix: null });
    await sweep();
    expect(await listKeys("public", publicPrefix)).toEqual([]);
    expect((await fetchUrl(picture.url ?? "")).ok).toBe(false);
  });

  test("that publishes or crops a picture calls the store concurrently", async () => {
    expect((await flag("private")).status).toBe(200);
    await site.faultProxy.set(late(500));
    expect((await flag("public")).status).toBe(200);
    await site.faultProxy.set(late(250));
    const crop = { x: 0, y: 0, width: 0.5, height: 0.5 };
    const cut = await site.ada.request("PATCH", `/api/files/${picture.id}`, { body: { crop } });
    expect(cut.status).toBe(200);
    const { publicPrefix } = await row();
    await site.faultProxy.set({ kind: "none" });
    expect(await listKeys("public", publicPrefix)).toHaveLength(5);
  });

  test("that publishes a picture gets 503, and a job publishes it", async () => {
    expect((await flag("private")).status).toBe(200);
    await site.faultProxy.set(late(2500));
    await expectUnavailable(flag("public"));
    expect((await row()).publicPrefix).toBeNull();
    await sweep();
    const shown = await (await site.ada.get("/api/profile")).json();
    expect((await fetchUrl(shown.picture.variants[0].url)).ok).toBe(true);
  });

  test("that deletes a picture gets 503, and a job deletes it", async () => {
    const { prefix, publicPrefix } = await row();
    await site.faultProxy.set(late(2500));
    await expectUnavailable(site.ada.request("DELETE", `/api/files/${picture.id}`));
    await sweep();
    expect(await listKeys("private", prefix)).toEqual([]);
    expect(await listKeys("public", publicPrefix)).toEqual([]);
  });
});
