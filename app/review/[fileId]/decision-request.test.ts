import { describe, expect, it } from "vitest";
import { createFactsSchema } from "@/lib/fields/facts";
import type { Field } from "@/lib/fields/field";
import { fields } from "@/lib/fields/fields";
import { OUTCOMES } from "@/lib/review/outcomes";
import { buildDecisionRequest, findMissingEntries, defaultValidUntil, addFactLabels } from "./decision-request";
import { EMPTY_DRAFT } from "./draft";

const today = new Date("2026-03-01T10:00:00Z");
const certificate = declared("dbsCertificate");
const letter = declared("medicalLetter");

function declared(name: string): Field {
  const field = fields.get(name);
  if (!field) throw new Error(`${name} is not declared`);
  return field;
}

describe("what is sent", () => {
  it("carries the reason only with a decision that has one", () => {
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

  it("leaves out facts that were not filled in where they are not needed, so that nothing half done stops a rejection", () => {
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

  it("never carries a fact that the field does not have", () => {
    const draft = { ...EMPTY_DRAFT, facts: { certificateNumber: "001", issuedOn: "2026-02-01" } };
    expect(buildDecisionRequest(letter, draft, "approve", "hash").facts).toEqual({ signed: false });
  });

  it("carries another end only with an approval", () => {
    const draft = { ...EMPTY_DRAFT, validUntil: "2027-01-31" };
    expect(buildDecisionRequest(letter, draft, "approve", "hash").validUntil).toBe("2027-01-31T00:00:00.000Z");
    expect(buildDecisionRequest(letter, draft, "reject", "hash")).not.toHaveProperty("validUntil");
  });
});

describe("what is missing", () => {
  it("is, for an approval, every required fact, and for the others the reason", () => {
    expect(findMissingEntries(certificate, EMPTY_DRAFT, "approve").map(({ path }) => path)).toEqual([
      "facts.certificateNumber",
      "facts.issuedOn",
    ]);
    expect(findMissingEntries(certificate, EMPTY_DRAFT, "reject").map(({ path }) => path)).toEqual(["reason"]);
  });

  it("is nothing once it is there, and the server then agrees", () => {
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

it("says with the label what the server found wrong with a fact", () => {
  expect(
    addFactLabels(certificate, [
      { path: "facts.issuedOn", message: "lies in the future" },
      { path: "reason", message: "Please choose one of the reasons." },
    ]).map(({ message }) => message),
  ).toEqual(["Date of issue lies in the future", "Please choose one of the reasons."]);
});

describe("how long an approval would hold", () => {
  it("counts from the date of issue, and from today before that is taken down", () => {
    const draft = { ...EMPTY_DRAFT, facts: { issuedOn: "2025-06-30" } };
    expect(defaultValidUntil(certificate, draft, today)).toBe("2028-06-30");
    expect(defaultValidUntil(certificate, EMPTY_DRAFT, today)).toBe("2029-03-01");
  });

  it("is not said for a field without such a rule, or a date that is none yet", () => {
    expect(defaultValidUntil(letter, EMPTY_DRAFT, today)).toBeNull();
    const draft = { ...EMPTY_DRAFT, facts: { issuedOn: "next week" } };
    expect(defaultValidUntil(certificate, draft, today)).toBeNull();
  });
});
