import { describe, expect, test } from "vitest";
import { verifyTrail } from "../audit/verify-trail";
import type { Viewer } from "../permissions/viewer";
import { runRetention } from "../retention/run-retention";
import { executePurges } from "./purge";
import { findReceipt } from "./receipt";
import { setUpPurgeFixture } from "./testing/purge-fixture";
import { withdrawFile } from "./withdraw-file";

const fixture = setUpPurgeFixture();

/** Stores a document whose last day is over. */
async function createDueDocument() {
  const ownerId = await fixture.sweepFixture.createMember();
  const past = new Date(0);
  const document = await fixture.createDocument(ownerId, {
    createdAt: past,
    decidedAt: past,
    keepUntil: past,
  });
  const viewer: Viewer = { id: ownerId, name: "Ada", email: "", handle: "", role: "member", grants: [] };
  return { ...document, viewer };
}

describe("a receipt", () => {
  test("names the file, the rule and its entry of the trail", async () => {
    const { id, viewer } = await createDueDocument();
    await expect(findReceipt(fixture.context, viewer, id)).rejects.toMatchObject({ code: "not_found" });
    await runRetention(fixture.context);
    const receipt = await findReceipt(fixture.context, viewer, id);
    expect(receipt).toMatchObject({
      file: { id, field: "medicalLetter", sha256: "the hash" },
      rule: { from: "decision", for: "P30D" },
      reason: "retention",
      objects: 2,
    });
    const days = (Date.parse(receipt.backupsGoneAt) - Date.parse(receipt.destroyedAt)) / 86_400_000;
    expect(Math.floor(days)).toBe(30);
    const [entry] = await fixture.listReceipts();
    expect(receipt.trail).toEqual({ seq: Number(entry?.seq), hash: entry?.hash });
  });

  test("is written once, by several runs and after a failure", async () => {
    const { id, viewer } = await createDueDocument();
    const away = fixture.withPrivate({ removeMany: () => Promise.reject(new Error("away")) });
    await runRetention(away);
    await expect(findReceipt(fixture.context, viewer, id)).rejects.toMatchObject({ code: "not_found" });
    await Promise.all([1, 2].map(() => runRetention(fixture.withLaterClock(3600))));
    expect((await findReceipt(fixture.context, viewer, id)).objects).toBe(2);
    expect(await fixture.listReceipts()).toHaveLength(1);
  });

  test("is about the whole file, not about a copy of it", async () => {
    const { id, viewer } = await createDueDocument();
    const copy = await fixture.createFolder(1, "public");
    await executePurges(
      fixture.context,
      await fixture.schedulePurges([{ ...copy, fileId: id, reason: "hidden" }]),
    );
    await expect(findReceipt(fixture.context, viewer, id)).rejects.toMatchObject({ code: "not_found" });
    await withdrawFile(fixture.context, viewer, id);
    expect(await findReceipt(fixture.context, viewer, id)).toMatchObject({ reason: "withdrawn", objects: 2 });
  });

  test("is not found for another person", async () => {
    const { id, viewer } = await createDueDocument();
    await runRetention(fixture.context);
    const other = { ...viewer, id: await fixture.sweepFixture.createMember() };
    await expect(findReceipt(fixture.context, other, id)).rejects.toMatchObject({ code: "not_found" });
  });

  test("that was changed is named by the verification of the trail", async () => {
    const { id } = await createDueDocument();
    await runRetention(fixture.context);
    expect((await verifyTrail(fixture.context)).broken).toEqual([]);
    await fixture.sweepFixture.db.receipt.update({ where: { fileId: id }, data: { objects: 0 } });
    expect((await verifyTrail(fixture.context)).broken).toMatchObject([
      { subject: id, reason: "a receipt does not match its entry" },
    ]);
  });
});
