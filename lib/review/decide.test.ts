import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { Field } from "../fields/field";
import { statusAt } from "../files/validity";
import type { Viewer } from "../permissions/viewer";
import { claimDocument, releaseClaim } from "./claims";
import { decideOnDocument } from "./decide";
import { createReviewFixture, type ReviewFixture } from "./testing/review-fixture";
import type { DecisionRequest } from "./validate-decision";

/** The site's fields and a document that says its own expiry date. */
vi.mock("../fields/fields", async (original) => {
  const { fields } = await original<typeof import("../fields/fields")>();
  const { dbsCertificate } = await import("../fields/dbs-certificate");
  const { declareFields } = await import("../fields/registry");
  const drivingLicence: Field = {
    ...dbsCertificate,
    name: "drivingLicence",
    facts: [{ name: "expiresOn", label: "Expiry date", kind: "date", when: "future", required: true }],
    validFor: undefined,
    validUntil: { fact: "expiresOn" },
  };
  return { fields: declareFields([...fields.values(), drivingLicence]) };
});

let fixture: ReviewFixture;
let member: Viewer;
let ada: Viewer;
let bob: Viewer;

beforeAll(async () => {
  fixture = await createReviewFixture();
});
beforeEach(async () => {
  member = await fixture.createPerson([], "member");
  ada = await fixture.createPerson(["medicalLetter", "dbsCertificate"]);
  bob = await fixture.createPerson(["medicalLetter", "dbsCertificate"]);
});
afterAll(() => fixture.drop());

const FACTS = { certificateNumber: "001234", issuedOn: "2026-01-15" };

async function submitAndClaim(field: string, by = ada) {
  const document = await fixture.submitFile(member, field);
  await claimDocument(fixture.context, by, document.id);
  await fixture.viewPage(by, document.id);
  return document;
}

function decideOn(document: { id: string; sha256: string }, request: Partial<DecisionRequest>, by = ada) {
  return decideOnDocument(fixture.context, by, document.id, {
    outcome: "approve",
    sha256: document.sha256,
    ...request,
  });
}

/** Expects an error and an unchanged file; returns the error. */
async function expectRefusal(
  document: { id: string; sha256: string },
  request: Partial<DecisionRequest>,
  by = ada,
) {
  const before = await fixture.findFile(document.id);
  const problem = await decideOn(document, request, by).then(
    () => null,
    (error: unknown) => error,
  );
  expect(await fixture.findFile(document.id)).toEqual(before);
  expect(await fixture.context.db.decision.count({ where: { fileId: document.id } })).toBe(0);
  return problem;
}

describe("a decision", () => {
  test("sets status, facts and validity, and records the note", async () => {
    const certificate = await submitAndClaim("dbsCertificate");
    const review = await decideOn(certificate, { facts: FACTS, message: "Thank you.", note: "Checked." });
    expect(review.file).toMatchObject({
      status: "approved",
      facts: FACTS,
      message: "Thank you.",
      validUntil: "2029-01-15T23:59:59.999Z",
    });
    expect(review.claim).toBeNull();
    expect(review.decisions).toEqual([
      expect.objectContaining({
        outcome: "approve",
        by: { id: ada.id, name: ada.name },
        note: "Checked.",
        facts: FACTS,
      }),
    ]);
  });

  test("is valid until the date that a fact says", async () => {
    const reviewer = await fixture.createPerson(["drivingLicence"]);
    const licence = await submitAndClaim("drivingLicence", reviewer);
    expect(await expectRefusal(licence, { facts: { expiresOn: "2026-03-01" } }, reviewer)).toMatchObject({
      errors: [{ path: "facts.expiresOn", message: "must be after today" }],
    });
    const { file } = await decideOn(licence, { facts: { expiresOn: "2031-05-31" } }, reviewer);
    expect(file).toMatchObject({ status: "approved", validUntil: "2031-05-31T23:59:59.999Z" });
  });

  test("that ends on a day counts through that day", async () => {
    const certificate = await submitAndClaim("dbsCertificate");
    const today = fixture.context.clock.now().toISOString().slice(0, 10);
    const { file } = await decideOn(certificate, { facts: FACTS, validUntil: `${today}T00:00:00.000Z` });
    const endOfToday = new Date(`${today}T23:59:59.998Z`);
    expect(statusAt(file, endOfToday)).toBe("approved");
    expect(statusAt(file, new Date(endOfToday.getTime() + 1))).toBe("expired");
  });

  test("needs a claim", async () => {
    const letter = await fixture.submitFile(member, "medicalLetter");
    expect(await expectRefusal(letter, { facts: { signed: true } })).toMatchObject({ code: "conflict" });
  });

  test("needs a claim that has not expired", async () => {
    const letter = await submitAndClaim("medicalLetter");
    fixture.advanceClock(fixture.context.limits.claimTtl);
    expect(await expectRefusal(letter, { facts: { signed: true } })).toMatchObject({
      code: "conflict",
      detail: expect.stringContaining("Your text is saved"),
    });
  });

  test("needs the reviewer's own claim", async () => {
    const letter = await submitAndClaim("medicalLetter", bob);
    expect(await expectRefusal(letter, { facts: { signed: true } })).toMatchObject({ code: "conflict" });
  });

  test("is rejected for bytes that the reviewer did not see", async () => {
    const letter = await submitAndClaim("medicalLetter");
    const other = { id: letter.id, sha256: "x".repeat(43).concat("=") };
    expect(await expectRefusal(other, { facts: { signed: true } })).toMatchObject({
      code: "conflict",
      detail: expect.stringContaining("not the document that you saw"),
    });
  });

  test("is rejected on the reviewer's own document", async () => {
    const own = await fixture.submitFile(ada, "medicalLetter");
    await fixture.context.db.file.update({
      where: { id: own.id },
      data: { claimById: ada.id, claimUntil: new Date("2030-01-01") },
    });
    expect(await expectRefusal(own, { facts: { signed: true } })).toMatchObject({ code: "forbidden" });
  });

  test("is not found without a grant for the field", async () => {
    const letterReviewer = await fixture.createPerson(["medicalLetter"]);
    const certificate = await submitAndClaim("dbsCertificate");
    expect(await expectRefusal(certificate, { facts: FACTS }, letterReviewer)).toMatchObject({
      code: "not_found",
    });
  });

  test("succeeds once among three concurrent requests", async () => {
    const letter = await submitAndClaim("medicalLetter");
    const outcomes = await Promise.allSettled([
      decideOn(letter, { facts: { signed: true } }),
      decideOn(letter, { outcome: "reject", reason: "not_fit" }),
      decideOn(letter, { outcome: "request_changes", reason: "unsigned" }),
    ]);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await fixture.context.db.decision.count({ where: { fileId: letter.id } })).toBe(1);
  });

  test("succeeds only for the reviewer who holds the claim", async () => {
    const letter = await submitAndClaim("medicalLetter");
    await releaseClaim(fixture.context, ada, letter.id);
    await claimDocument(fixture.context, bob, letter.id);
    await fixture.viewPage(bob, letter.id);
    const [byAda, byBob] = await Promise.allSettled([
      decideOn(letter, { outcome: "reject", reason: "not_fit" }, ada),
      decideOn(letter, { facts: { signed: true } }, bob),
    ]);
    expect([byAda.status, byBob.status]).toEqual(["rejected", "fulfilled"]);
    expect((await fixture.findFile(letter.id)).status).toBe("approved");
  });

  test("is rejected on a decided document", async () => {
    const letter = await submitAndClaim("medicalLetter");
    await decideOn(letter, { outcome: "reject", reason: "not_fit" });
    await expect(decideOn(letter, { facts: { signed: true } })).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("the content of a decision", () => {
  const EVERYTHING_MISSING = {
    "facts.certificateNumber": "is required",
    "facts.issuedOn": "is required",
  };

  test.each([
    ["nothing", undefined, EVERYTHING_MISSING],
    ["too little", { certificateNumber: "001" }, { "facts.issuedOn": "is required" }],
    ["empty lines", { certificateNumber: " ", issuedOn: "" }, EVERYTHING_MISSING],
    ["a number", { ...FACTS, certificateNumber: 12 }, { "facts.certificateNumber": "must be text" }],
    ["a future date", { ...FACTS, issuedOn: "2026-03-03" }, { "facts.issuedOn": "is in the future" }],
    ["an impossible date", { ...FACTS, issuedOn: "2026-02-30" }, { "facts.issuedOn": "must be a date" }],
    ["another field's fact", { ...FACTS, signed: true }, { facts: expect.any(String) }],
  ])("rejects an approval whose facts are %s", async (_, facts, expected) => {
    const certificate = await submitAndClaim("dbsCertificate");
    expect(await expectRefusal(certificate, facts ? { facts } : {})).toMatchObject({
      code: "invalid",
      errors: Object.entries(expected).map(([path, message]) => ({ path, message })),
    });
  });

  test("rejects an approval with an unticked required check", async () => {
    const letter = await submitAndClaim("medicalLetter");
    expect(await expectRefusal(letter, { facts: { signed: false } })).toMatchObject({
      code: "invalid",
      errors: [{ path: "facts.signed", message: "must be ticked for an approval" }],
    });
    const unsigned = { outcome: "request_changes", reason: "unsigned", facts: { signed: false } } as const;
    expect((await decideOn(letter, unsigned)).file.status).toBe("changes_requested");
  });

  test("rejects invalid facts of a rejection", async () => {
    const certificate = await submitAndClaim("dbsCertificate");
    const rejection = { outcome: "reject", reason: "not_genuine" } as const;
    expect(await expectRefusal(certificate, { ...rejection, facts: { issuedOn: "soon" } })).toMatchObject({
      code: "invalid",
    });
    expect((await decideOn(certificate, { ...rejection, facts: {} })).file.status).toBe("rejected");
  });

  test.each([
    ["no reason", { outcome: "reject" }],
    ["an unknown reason", { outcome: "reject", reason: "mood" }],
    ["another field's reason", { outcome: "request_changes", reason: "unsigned" }],
    ["a reason of another outcome", { outcome: "reject", reason: "unreadable" }],
    ["a reason for an approval", { outcome: "approve", reason: "unreadable", facts: FACTS }],
  ] as const)("is one of the field's reasons for that outcome, and not %s", async (_, request) => {
    const certificate = await submitAndClaim("dbsCertificate");
    expect(await expectRefusal(certificate, request)).toMatchObject({
      code: "invalid",
      errors: [expect.objectContaining({ path: "reason" })],
    });
  });

  test("rejects an approval that has already expired", async () => {
    const certificate = await submitAndClaim("dbsCertificate");
    expect(
      await expectRefusal(certificate, { facts: FACTS, validUntil: "2026-02-01T00:00:00.000Z" }),
    ).toMatchObject({ code: "invalid" });
    expect(await expectRefusal(certificate, { facts: { ...FACTS, issuedOn: "2020-01-01" } })).toMatchObject({
      code: "invalid",
    });
  });
});
