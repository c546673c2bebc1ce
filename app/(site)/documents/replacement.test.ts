import { describe, expect, test } from "vitest";
import { fields } from "@/lib/fields/fields";
import type { DocumentSlot, OwnDocument } from "@/lib/files/own-documents";
import { replacementOf } from "./replacement";

function slot(name: string, statuses: { current?: OwnDocument["status"]; pending?: OwnDocument["status"] }) {
  const field = fields.get(name);
  if (!field) throw new Error(`There is no field ${name}.`);
  const documents = (status: OwnDocument["status"] | undefined, fileName: string): OwnDocument[] =>
    status === undefined
      ? []
      : [
          {
            id: fileName,
            field: name,
            name: fileName,
            type: "application/pdf",
            size: 1,
            sha256: "",
            visibility: "private",
            createdAt: "2026-01-01T00:00:00Z",
            viewerCount: 0,
            version: 1,
            status,
          },
        ];
  return {
    field,
    current: documents(statuses.current, "old.pdf"),
    pending: documents(statuses.pending, "sent.pdf"),
    history: [],
  } satisfies DocumentSlot;
}

describe("replacementOf", () => {
  test("asks before a new copy takes the place of a waiting document", () => {
    expect(replacementOf(slot("dbsCertificate", { pending: "submitted" }))).toMatchObject({
      note: "The new copy replaces sent.pdf, which waits for review.",
      question: { replacedName: "sent.pdf" },
    });
  });

  test("says that an approved document stays until the next approval", () => {
    const { note, question } = replacementOf(slot("dbsCertificate", { current: "approved" })) ?? {};
    expect(note).toBe("The new copy replaces old.pdf when a reviewer approves it.");
    expect(question?.effects).toContain("old.pdf stays approved until a reviewer approves the new copy.");
  });

  test("names both documents if one is approved and one waits", () => {
    const { question } =
      replacementOf(slot("dbsCertificate", { current: "approved", pending: "submitted" })) ?? {};
    expect(question?.replacedName).toBe("sent.pdf");
    expect(question?.effects).toContain("old.pdf stays approved until a reviewer approves the new copy.");
  });

  test.each(["changes_requested", "rejected"] as const)("does not ask after the decision %s", (pending) => {
    const replacement = replacementOf(slot("dbsCertificate", { pending }));
    expect(replacement?.note).toContain("The new copy replaces sent.pdf.");
    expect(replacement?.question).toBeUndefined();
  });

  test("is null without a document, and in a field for several", () => {
    expect(replacementOf(slot("dbsCertificate", {}))).toBeNull();
    expect(replacementOf(slot("contract", { current: "stored" }))).toBeNull();
  });
});
