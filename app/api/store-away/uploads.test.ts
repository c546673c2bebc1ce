import { describe, expect, test } from "vitest";
import { db } from "@/app/_server/services";
import { samplePdf, samplePhoto } from "@/app/testing/documents";
import { measured } from "@/app/testing/person";
import { expectAway, FAULTS, store, storeBehindFaults } from "@/app/testing/store-behind-faults";

describe.skipIf("skipped" in store)("with an S3 store that", { timeout: 120_000 }, () => {
  const site = storeBehindFaults();

  test.each(FAULTS)(
    "%s: a completion is told to try again, nothing has moved, and it works afterwards",
    async (_, fault) => {
      for (const id of [
        await site.ada.deliver("medicalLetter", await samplePdf(), { type: "application/pdf" }),
        await site.ada.deliver("profilePicture", await samplePhoto(), { type: "image/jpeg" }),
      ]) {
        await site.way.set(fault);
        await expectAway(site.ada.post(`/api/uploads/${id}/complete`, {}));
        expect((await db().upload.findUniqueOrThrow({ where: { id } })).state).toBe("issued");
        await site.way.set({ kind: "none" });
        expect((await site.ada.complete(id)).status).toBe(200);
      }
    },
  );

  test.each(FAULTS)("%s: tickets and profile work on", async (_, fault) => {
    await site.way.set(fault);
    const bytes = await samplePdf();
    const ticket = { field: "medicalLetter", name: "a.pdf", type: "application/pdf", ...measured(bytes) };
    const issued = await site.ada.post("/api/uploads", ticket);
    expect(issued.status).toBe(201);
    expect((await site.ada.get("/api/profile")).status).toBe(200);
    await site.way.set({ kind: "none" });
    expect((await site.ada.call("DELETE", `/api/uploads/${(await issued.json()).id}`)).status).toBe(204);
  });
});
