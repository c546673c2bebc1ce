import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { memoryHungryPdf } from "@/lib/inspect/testing/documents";
import { OUR_FAILURES, scriptedDecoders } from "@/lib/inspect/testing/scripted-decoders";
import { completeUpload } from "@/lib/uploads/complete";
import { samplePdf } from "@/tests/support/app/documents";
import { createMember, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
beforeEach(async () => {
  ada = await createMember("Ada");
});
afterAll(() => environment.drop());

async function sendPdf(bytes?: Buffer): Promise<string> {
  return ada.uploadBytes("medicalLetter", bytes ?? (await samplePdf()), { type: "application/pdf" });
}

const uploadRow = (id: string) => db().upload.findUniqueOrThrow({ where: { id } });

describe("a completion", () => {
  test.each(OUR_FAILURES)("after %s of the decoder can be repeated", async (_, response) => {
    const id = await sendPdf();
    const context = { ...appContext(), decoders: scriptedDecoders(response) };
    await expect(completeUpload(context, ada.viewer, id)).rejects.toMatchObject({ code: "unavailable" });
    expect(await uploadRow(id)).toMatchObject({ state: "issued", problem: null });
    expect((await ada.complete(id)).status).toBe(200);
  });

  test("of a file that takes too much time twice refuses it", async () => {
    const id = await sendPdf();
    const context = { ...appContext(), decoders: scriptedDecoders({ kind: "limit", limit: "time" }) };
    await expect(completeUpload(context, ada.viewer, id)).rejects.toMatchObject({ code: "unavailable" });
    const refusal = { code: "unreadable_file", detail: expect.stringMatching(/too much time/) };
    await expect(completeUpload(context, ada.viewer, id)).rejects.toMatchObject(refusal);
    await expect(completeUpload(context, ada.viewer, id)).rejects.toMatchObject(refusal);
    expect(context.decoders.jobs).toBe(2);
    expect((await uploadRow(id)).state).toBe("refused");
  });

  test("of a small file that needs gigabytes refuses it at once", async () => {
    const id = await sendPdf(memoryHungryPdf());
    const refused = await ada.complete(id);
    expect(refused.status).toBe(422);
    expect((await refused.json()).detail).toMatch(/too much memory to be displayed/);
    expect((await uploadRow(id)).state).toBe("refused");
  });
});
