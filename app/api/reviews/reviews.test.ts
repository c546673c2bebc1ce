import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import type { FileView } from "@/lib/files/file";
import { newId } from "@/lib/id";
import { samplePdf } from "@/tests/support/app/documents";
import { createMember, createPersonWithRole, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;
let rita: Person;
let bob: Person;
let first: FileView;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await createMember("Ada");
  rita = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"], "Rita");
  bob = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"], "Bob");
  first = await certificate();
});
afterAll(() => environment.drop());

async function certificate(): Promise<FileView> {
  return ada.uploadFile("dbsCertificate", await samplePdf({ pages: 1 }), { type: "application/pdf" });
}

const FACTS = { certificateNumber: "001234", issuedOn: "2026-01-15" };
const approval = (file: FileView) => ({ outcome: "approve", facts: FACTS, sha256: file.sha256 });
const statuses = async (...responses: Promise<Response>[]) =>
  (await Promise.all(responses)).map(({ status }) => status);

describe("the review of a document", () => {
  test("goes from the queue to a decision and back by undo", async () => {
    const queue = await (await rita.get("/api/reviews")).json();
    expect(queue).toMatchObject({
      items: [{ file: { id: first.id }, claim: null, version: 1, previous: null }],
      next: null,
      counts: { submitted: { count: 1, capped: false }, approved: { count: 0, capped: false } },
    });

    expect((await rita.post(`/api/reviews/${first.id}/decision`, approval(first))).status).toBe(409);
    expect(await (await rita.post("/api/reviews/claims", {})).json()).toMatchObject({
      file: { id: first.id },
      claim: { by: { id: rita.id, name: "Rita" } },
    });
    expect((await bob.post("/api/reviews/claims", {})).status).toBe(204);
    expect((await bob.request("PUT", `/api/reviews/${first.id}/claim`)).status).toBe(409);
    expect((await bob.post(`/api/reviews/${first.id}/decision`, approval(first))).status).toBe(409);

    const seen = { ...approval(first), sha256: `${"A".repeat(43)}=` };
    expect((await rita.post(`/api/reviews/${first.id}/decision`, seen)).status).toBe(409);
    // An approval needs that a page was shown within the claim.
    expect((await rita.post(`/api/reviews/${first.id}/decision`, approval(first))).status).toBe(409);
    expect((await rita.get(`/api/files/${first.id}/pages/1`)).status).toBe(302);
    const decided = await rita.post(`/api/reviews/${first.id}/decision`, approval(first));
    expect(decided.status).toBe(200);
    const repeated = await rita.post(`/api/reviews/${first.id}/decision`, approval(first));
    expect([repeated.status, await repeated.json()]).toEqual([200, await decided.json()]);
    const file = await (await ada.get(`/api/files/${first.id}`)).json();
    expect(file).toMatchObject({ status: "approved", facts: FACTS, validUntil: "2029-01-15T23:59:59.999Z" });

    expect((await bob.request("DELETE", `/api/reviews/${first.id}/decision`)).status).toBe(409);
    expect(await (await rita.request("DELETE", `/api/reviews/${first.id}/decision`)).json()).toMatchObject({
      file: { status: "submitted" },
      claim: { by: { id: rita.id } },
      decisions: [{ outcome: "approve" }, { outcome: "undo" }],
    });
    expect((await rita.request("DELETE", `/api/reviews/${first.id}/decision`)).status).toBe(200);
    expect((await rita.request("DELETE", `/api/reviews/${first.id}/claim`)).status).toBe(204);
  });

  test("ends when a newer document replaces it", async () => {
    const older = await certificate();
    expect((await rita.request("PUT", `/api/reviews/${older.id}/claim`)).status).toBe(200);
    const newer = await certificate();
    expect((await rita.post(`/api/reviews/${older.id}/decision`, approval(older))).status).toBe(409);
    const shown = await (await rita.get("/api/reviews")).json();
    expect(shown.items).toMatchObject([
      { file: { id: newer.id }, version: 3, previous: { id: older.id, status: "superseded" } },
    ]);
  });
});

describe("review endpoints", () => {
  const paths = (id: string) =>
    [
      ["PUT", `/api/reviews/${id}/claim`, undefined],
      ["DELETE", `/api/reviews/${id}/claim`, undefined],
      ["POST", `/api/reviews/${id}/decision`, approval(first)],
      ["DELETE", `/api/reviews/${id}/decision`, undefined],
    ] as const;

  test("are forbidden to a member", async () => {
    for (const [method, path, body] of [...paths(first.id), ["POST", "/api/reviews/claims", {}] as const]) {
      expect((await ada.request(method, path, { body })).status).toBe(403);
    }
    expect((await ada.get("/api/reviews")).status).toBe(403);
  });

  test("respond without a grant as for a missing document", async () => {
    const admin = await createPersonWithRole(db(), "admin", []);
    const other = await createPersonWithRole(db(), "reviewer", ["medicalLetter"]);
    for (const person of [admin, other]) {
      expect((await person.post("/api/reviews/claims", {})).status).toBe(204);
      for (const [index, [method, path, body]] of paths(first.id).entries()) {
        const missing = paths(newId())[index]?.[1] ?? "";
        const responses = await Promise.all(
          [path, missing].map(async (each) => {
            const response = await person.request(method, each, { body });
            return [response.status, await response.text()];
          }),
        );
        expect(responses[0]?.[0]).toBe(404);
        expect(responses[0]).toEqual(responses[1]);
      }
    }
  });

  test("are forbidden to the owner of the document", async () => {
    const reviewer = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"]);
    const own = await reviewer.uploadFile("dbsCertificate", await samplePdf({ pages: 1 }), {
      type: "application/pdf",
    });
    expect(
      await statuses(
        reviewer.request("PUT", `/api/reviews/${own.id}/claim`),
        reviewer.post(`/api/reviews/${own.id}/decision`, approval(own)),
      ),
    ).toEqual([403, 403]);
    const queue = await (await reviewer.get("/api/reviews")).json();
    expect(queue.items.some(({ file }: { file: FileView }) => file.id === own.id)).toBe(false);
  });
});
