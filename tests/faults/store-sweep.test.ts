import { describe, expect, test, vi } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { withLargeFields } from "@/lib/fields/testing/large-fields";
import { reconcile } from "@/lib/uploads/reconcile";
import { samplePdf } from "@/tests/support/app/documents";
import {
  expectUnavailable,
  faultyStoreFixture,
  listKeys,
  STORE_FAULTS,
  store,
} from "@/tests/support/app/faulty-store-fixture";
import { requestMultipartTicket, uploadParts as sendParts, splitIntoParts } from "@/tests/support/app/parts";
import { sendRequest } from "@/tests/support/app/person";

vi.mock("@/lib/fields/fields", async (original) => withLargeFields(await original()));

const SECRET = "a secret of the scheduler";

describe.skipIf("skipped" in store)("with an S3 store that", { timeout: 120_000 }, () => {
  const site = faultyStoreFixture({ CRON_SECRET: SECRET });

  const sweep = () =>
    sendRequest("POST", "/api/cron/sweep", { headers: { authorization: `Bearer ${SECRET}` } });
  const letter = async () =>
    site.ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });

  /** Creates an expired multipart upload with received parts. Returns its key. */
  async function abandoned(): Promise<string> {
    const bytes = Buffer.alloc(6 * 1024 * 1024);
    const { id, parts } = await requestMultipartTicket(site.ada, { field: "bundle", size: bytes.length });
    await sendParts(site.ada, id, splitIntoParts(bytes, parts.size));
    const { key } = await db().upload.update({ where: { id }, data: { expiresAt: new Date(0) } });
    return key;
  }

  test.each(STORE_FAULTS)("%s: a sweep deletes nothing and reconcile finds nothing", async (_, fault) => {
    await letter();
    const gone = await letter();
    const key = await abandoned();
    await site.faultProxy.set(fault);
    await expectUnavailable(site.ada.request("DELETE", `/api/files/${gone.id}`));
    // Skips the wait after the failure.
    await db().purge.updateMany({ data: { retryAt: null } });
    const { prefix } = await db().file.findUniqueOrThrow({ where: { id: gone.id } });
    const response = await sweep();
    if (response.status === 200) expect((await response.json()).failed).toBeGreaterThan(0);
    else expect(response.status).toBe(503);
    expect(await db().purge.count({ where: { prefix } })).toBe(1);
    expect(await db().purge.count({ where: { prefix: key } })).toBeGreaterThan(0);
    expect(await db().trail.count({ where: { subjectId: gone.id } })).toBe(0);

    const findings: unknown[] = [];
    const comparing = (async () => {
      for await (const finding of reconcile(appContext())) findings.push(finding);
    })();
    await expect(comparing).rejects.toMatchObject({ code: "unavailable" });
    expect(findings).toEqual([]);

    await site.faultProxy.set({ kind: "none" });
    await db().purge.updateMany({ data: { retryAt: null } });
    expect(await (await sweep()).json()).toMatchObject({ failed: 0, left: { uploads: 0, purges: 0 } });
    expect(await listKeys("private", prefix)).toEqual([]);
    // A multipart upload without a response stays until it is older than any ticket.
    for await (const finding of reconcile(appContext()))
      if (!("multipartId" in finding)) findings.push(finding);
    expect(findings).toEqual([]);
  });
});
