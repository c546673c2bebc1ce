import { describe, expect, test } from "vitest";
import { fields } from "@/lib/fields/fields";
import type { DocumentSlot, OwnDocument } from "@/lib/files/own-documents";
import {
  formatDocumentProgress,
  formatReaders,
  formatRetention,
  formatValidity,
  formatViewerCount,
  reasonLabelOf,
} from "./document-text";

function field(name: string) {
  const found = fields.get(name);
  if (!found) throw new Error(`No field ${name}`);
  return found;
}

describe("the rules of a document type", () => {
  test("say when we delete a file", () => {
    expect(formatRetention(field("dbsCertificate"))).toBe("We delete this six months after the decision.");
    expect(formatRetention(field("contract"))).toBe(
      "We delete this one year after you leave, also if you erase your account. Tax law requires us to keep agreements for some time after they end.",
    );
  });

  test("say how long an approval is valid and from when", () => {
    expect(formatValidity(field("dbsCertificate"))).toBe(
      "An approval is valid for three years from its date of issue.",
    );
    expect(formatValidity({ validFor: "P1Y", facts: [] })).toBe(
      "An approval is valid for one year from the decision.",
    );
    expect(formatValidity({ validUntil: { fact: "expiresOn" }, facts: [] })).toBe(
      "An approval is valid until the expiry date of the document.",
    );
    expect(formatValidity(field("medicalLetter"))).toBeNull();
  });

  test("say who can open the document", () => {
    expect(formatReaders(field("dbsCertificate"))).toContain("name is printed over every page");
    expect(formatReaders(field("contract"))).not.toContain("reviewers");
  });

  test("give the label of a reason, and null for an unknown code", () => {
    expect(reasonLabelOf(field("dbsCertificate"), { reason: "incomplete" })).toBe(
      "A page or part is missing",
    );
    expect(reasonLabelOf(field("dbsCertificate"), { reason: "toString" })).toBeNull();
  });
});

describe("formatDocumentProgress", () => {
  const slot = (
    current: string[],
    pending: OwnDocument["status"][],
    history: OwnDocument["status"][] = [],
  ): DocumentSlot => {
    const document = (status: OwnDocument["status"]): OwnDocument => ({
      id: "1",
      field: "f",
      name: "a.pdf",
      type: "application/pdf",
      size: 1,
      sha256: "",
      visibility: "private",
      createdAt: "2026-01-01T00:00:00Z",
      viewerCount: 0,
      version: 1,
      status,
    });
    return {
      field: field("contract"),
      current: current.map(() => document("stored")),
      pending: pending.map(document),
      history: history.map(document),
    };
  };

  test("counts the complete, waiting and returned documents", () => {
    expect(
      formatDocumentProgress([slot(["a"], []), slot([], ["submitted", "changes_requested"]), slot([], [])]),
    ).toBe("1 of 3 is complete. 1 is waiting for review. 1 needs a new copy from you.");
  });

  test("names an expired approval until the member uploads a new copy", () => {
    const progress = (...documents: Parameters<typeof slot>) => formatDocumentProgress([slot(...documents)]);
    expect(progress([], [], ["withdrawn", "expired"])).toBe("0 of 1 are complete. 1 has expired.");
    expect(progress([], ["submitted"], ["expired"])).not.toContain("expired");
    expect(progress(["a"], [], ["expired"])).toBe("All documents are complete.");
  });

  test("says that all documents are complete", () => {
    const slots = [slot(["a", "b"], []), slot(["c"], [])];
    expect(formatDocumentProgress(slots)).toBe("All documents are complete.");
  });
});

test("formatViewerCount counts the people who opened a document", () => {
  expect([0, 1, 3].map(formatViewerCount)).toEqual([
    "No other person has opened this document yet",
    "1 person has opened this document",
    "3 people have opened this document",
  ]);
});
