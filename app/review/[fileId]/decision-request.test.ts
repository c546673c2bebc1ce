import { describe, expect, test } from "vitest";
import { createFactsSchema } from "@/lib/fields/facts";
import type { Field } from "@/lib/fields/field";
import { fields } from "@/lib/fields/fields";
import { OUTCOMES } from "@/lib/review/outcomes";
import {
  addFactLabels,
  buildDecisionRequest,
  describeMissingFacts,
  findMissingEntries,
} from "./decision-request";
import { EMPTY_DRAFT } from "./draft";

const today = new Date("2026-03-01T10:00:00Z");
const certificate = declared("dbsCertificate");
const letter = declared("medicalLetter");

function declared(name: string): Field {
  const field = fields.get(name);
  if (!field) throw new Error(`No field ${name} is declared`);
  return field;
}

describe("a decision request", () => {
  test("has a reason only if the outcome needs one", () => {
    const draft = { ...EMPTY_DRAFT, reason: "unreadable", message: " Too dark. ", note: " " };
    expect(buildDecisionRequest(certificate, draft, "request_changes", "hash")).toEqual({
      outcome: "request_changes",
      sha256: "hash",
      reason: "unreadable",
      message: "Too dark.",
      facts: {},
    });
    expect(buildDecisionRequest(certificate, draft, "approve", "hash")).not.toHaveProperty("reason");
  });

  test("leaves out empty facts of a rejection", () => {
    for (const field of [certificate, letter]) {
      const { facts } = buildDecisionRequest(
        field,
        { ...EMPTY_DRAFT, facts: { signed: false } },
        "reject",
        "hash",
      );
      expect(createFactsSchema(field, { complete: false, today }).safeParse(facts).success).toBe(true);
    }
  });

  test("leaves out facts that the field does not have", () => {
    const draft = { ...EMPTY_DRAFT, facts: { certificateNumber: "001", issuedOn: "2026-02-01" } };
    expect(buildDecisionRequest(letter, draft, "approve", "hash").facts).toEqual({ signed: false });
  });

  test("has an expiry date only for an approval", () => {
    const draft = { ...EMPTY_DRAFT, validUntil: "2027-01-31" };
    expect(buildDecisionRequest(letter, draft, "approve", "hash").validUntil).toBe(
      "2027-01-31T00:00:00.000Z",
    );
    expect(buildDecisionRequest(letter, draft, "reject", "hash")).not.toHaveProperty("validUntil");
  });
});

describe("the missing entries", () => {
  test("are the facts of an approval or the reason", () => {
    expect(findMissingEntries(certificate, EMPTY_DRAFT, "approve").map(({ path }) => path)).toEqual([
      "facts.certificateNumber",
      "facts.issuedOn",
    ]);
    expect(findMissingEntries(certificate, EMPTY_DRAFT, "reject").map(({ path }) => path)).toEqual([
      "reason",
    ]);
  });

  test("are named as facts before the reviewer tries to approve", () => {
    expect(describeMissingFacts(certificate, EMPTY_DRAFT, "approve")).toBe(
      "certificate number, date of issue",
    );
    const draft = { ...EMPTY_DRAFT, facts: { certificateNumber: "001", issuedOn: "2026-02-01" } };
    expect(describeMissingFacts(certificate, draft, "approve")).toBeNull();
    expect(describeMissingFacts(letter, EMPTY_DRAFT, "approve")).toBe("a tick at “Signed by a doctor”");
    expect(describeMissingFacts(certificate, EMPTY_DRAFT, "reject")).toBeNull();
  });

  test("are none once the server accepts the request", () => {
    const draft = {
      ...EMPTY_DRAFT,
      reason: "unreadable",
      facts: { certificateNumber: "001", issuedOn: "2026-02-01" },
    };
    for (const outcome of OUTCOMES) expect(findMissingEntries(certificate, draft, outcome)).toEqual([]);
    const { facts } = buildDecisionRequest(certificate, draft, "approve", "hash");
    expect(createFactsSchema(certificate, { complete: true, today }).safeParse(facts).success).toBe(true);
  });
});

test("an error of a fact starts with its label", () => {
  expect(
    addFactLabels(certificate, [
      { path: "facts.issuedOn", message: "lies in the future" },
      { path: "reason", message: "Please choose one of the reasons." },
    ]).map(({ message }) => message),
  ).toEqual(["Date of issue lies in the future", "Please choose one of the reasons."]);
});
