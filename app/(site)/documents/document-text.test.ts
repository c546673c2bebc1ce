import { describe, expect, test } from "vitest";
import { fields } from "@/lib/fields/fields";
import type { DocumentSlot, OwnDocument } from "@/lib/files/own-documents";
import {
  formatIsoDuration,
  formatDocumentProgress,
  formatReaders,
  reasonLabelOf,
  formatRetention,
  formatViewerCount,
  formatValidity,
} from "./document-text";

function field(name: string) {
  const found = fields.get(name);
  if (!found) throw new Error(`No field ${name}`);
  return found;
}

test.each([
  ["P6M", "six months"],
  ["P30D", "30 days"],
  ["P1Y", "one year"],
  ["P1Y6M", "one year and six months"],
  ["P2W", "two weeks"],
])("%s is %s", (duration, words) => {
  expect(formatIsoDuration(duration)).toBe(words);
});

describe("what a field says of itself", () => {
  test("says how long we keep a file and that we delete by hand", () => {
    expect(formatRetention(field("dbsCertificate"))).toBe(
      "We keep this for at most six months after the decision. For now, we delete it by hand.",
    );
    expect(formatRetention(field("contract"))).toContain("at most one year after you leave.");
  });

  test("is how long an approval holds, and from when", () => {
    expect(formatValidity(field("dbsCertificate"))).toBe(
      "An approval holds for three years from its date of issue.",
    );
    expect(formatValidity({ validFor: "P1Y", facts: [] })).toBe(
      "An approval holds for one year from the decision.",
    );
    expect(formatValidity({ validUntil: { fact: "expiresOn" }, facts: [] })).toBe(
      "An approval holds until the expiry date of the document.",
    );
    expect(formatValidity(field("medicalLetter"))).toBeNull();
  });

  test("is who can open it", () => {
    expect(formatReaders(field("dbsCertificate"))).toContain("name is laid over every page");
    expect(formatReaders(field("contract"))).not.toContain("reviewers");
  });

  test("is the reviewer's reason in its own words, and nothing for a code that it does not have", () => {
    expect(reasonLabelOf(field("dbsCertificate"), { reason: "incomplete" })).toBe(
      "A page or part is missing",
    );
    expect(reasonLabelOf(field("dbsCertificate"), { reason: "toString" })).toBeNull();
  });
});

describe("the count at the head of the page", () => {
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

  test("tells what is in place, what waits and what needs the member", () => {
    expect(
      formatDocumentProgress([slot(["a"], []), slot([], ["submitted", "changes_requested"]), slot([], [])]),
    ).toBe("1 of 3 is in place. 1 is waiting for review. 1 needs you.");
  });

  test("names an expired approval until the member sends a new copy", () => {
    const words = (...given: Parameters<typeof slot>) => formatDocumentProgress([slot(...given)]);
    expect(words([], [], ["withdrawn", "expired"])).toBe("0 of 1 are in place. 1 has expired.");
    expect(words([], ["submitted"], ["expired"])).not.toContain("expired");
    expect(words(["a"], [], ["expired"])).toBe("Everything is in place.");
  });

  test("is glad when all is done", () => {
    expect(formatDocumentProgress([slot(["a", "b"], []), slot(["c"], [])])).toBe("Everything is in place.");
  });
});

test("the register speaks of people", () => {
  expect([0, 1, 3].map(formatViewerCount)).toEqual([
    "Nobody else has opened this yet",
    "1 person has seen this",
    "3 people have seen this",
  ]);
});
