import { describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import {
  ALL_STORE_FAULTS,
  expectUnavailable,
  faultyStoreFixture,
  store,
} from "@/tests/support/app/faulty-store-fixture";
import { sizeAndHashOf } from "@/tests/support/app/person";
import { casesOf } from "@/tests/support/campaign";

/** A store that is not there, and one that rejects our clock. A campaign tries every fault. */
const FAULTS = casesOf(ALL_STORE_FAULTS, 2);

describe.skipIf("skipped" in store)("with an S3 store that", { timeout: 120_000 }, () => {
  const site = faultyStoreFixture();

  test.each(FAULTS)("%s: a completion gets 503, changes nothing, and succeeds later", async (_, fault) => {
    for (const id of [
      await site.ada.uploadBytes("medicalLetter", await samplePdf(), { type: "application/pdf" }),
      await site.ada.uploadBytes("profilePicture", await samplePhoto(), { type: "image/jpeg" }),
    ]) {
      await site.faultProxy.set(fault);
      await expectUnavailable(site.ada.post(`/api/uploads/${id}/complete`, {}));
      expect((await db().upload.findUniqueOrThrow({ where: { id } })).state).toBe("issued");
      await site.faultProxy.set({ kind: "none" });
      expect((await site.ada.complete(id)).status).toBe(200);
    }
  });

  test.each(FAULTS)("%s: tickets and profile still work", async (_, fault) => {
    await site.faultProxy.set(fault);
    const bytes = await samplePdf();
    const ticket = {
      field: "medicalLetter",
      name: "a.pdf",
      type: "application/pdf",
      ...sizeAndHashOf(bytes),
    };
    const issued = await site.ada.post("/api/uploads", ticket);
    expect(issued.status).toBe(201);
    expect((await site.ada.get("/api/profile")).status).toBe(200);
    await site.faultProxy.set({ kind: "none" });
    expect((await site.ada.request("DELETE", `/api/uploads/${(await issued.json()).id}`)).status).toBe(204);
  });
});
