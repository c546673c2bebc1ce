import { expect, test } from "vitest";
import { contract } from "@/lib/fields/contract";
import { dbsCertificate } from "@/lib/fields/dbs-certificate";
import type { Field } from "@/lib/fields/field";
import { medicalLetter } from "@/lib/fields/medical-letter";
import type { DocumentSlot, OwnDocument } from "@/lib/files/own-documents";
import type { OpenRequest } from "@/lib/requests/list-requests";
import { groupOf, placeSlots } from "./group-slots";

const createdAt = "2026-03-01T10:00:00.000Z";

function fileWith(status: OwnDocument["status"]): OwnDocument {
  return {
    ...{ id: "1", field: "", name: "a.pdf", type: "application/pdf", size: 1, sha256: "" },
    ...{ visibility: "private" as const, status, createdAt, version: 1, viewerCount: 0 },
  };
}

function slotOf(field: Field, files: Partial<DocumentSlot> = {}): DocumentSlot {
  return { field, current: [], pending: [], history: [], ...files };
}

const requestFor = (field: string, dueAt?: string): OpenRequest => ({
  field,
  createdAt,
  isOverdue: false,
  ...(dueAt ? { dueAt } : {}),
});

const approved = { current: [fileWith("approved")] };
const waiting = { pending: [fileWith("submitted")] };
const returned = { pending: [fileWith("changes_requested")] };

test.each<[string, DocumentSlot, boolean, string]>([
  ["asked of everyone and missing", slotOf(dbsCertificate), false, "asked"],
  ["asked of everyone and waiting", slotOf(dbsCertificate, waiting), false, "asked"],
  ["asked of everyone and approved", slotOf(dbsCertificate, approved), false, "in place"],
  [
    "approved with a new copy that waits",
    slotOf(dbsCertificate, { ...approved, ...waiting }),
    false,
    "in place",
  ],
  [
    "approved with a new copy sent back",
    slotOf(dbsCertificate, { ...approved, ...returned }),
    false,
    "asked",
  ],
  ["on request and asked", slotOf(medicalLetter), true, "asked"],
  ["on request, asked again and approved", slotOf(medicalLetter, approved), true, "asked"],
  ["on request and not asked", slotOf(medicalLetter), false, "optional"],
  ["on request, not asked and waiting", slotOf(medicalLetter, waiting), false, "optional"],
  ["on request, not asked and sent back", slotOf(medicalLetter, returned), false, "asked"],
  ["on request and approved", slotOf(medicalLetter, approved), false, "in place"],
])("a document type %s has its place", (_, slot, isRequested, group) => {
  const request = isRequested ? { request: requestFor(slot.field.name) } : {};
  expect(groupOf({ ...slot, ...request })).toBe(group);
});

test("the nearest due date comes first, types without one last", () => {
  const slots = [slotOf(dbsCertificate), slotOf(medicalLetter), slotOf(contract)];
  const requests = new Map([
    ["medicalLetter", requestFor("medicalLetter", "2026-05-01T23:59:59.999Z")],
    ["contract", requestFor("contract", "2026-04-01T23:59:59.999Z")],
    ["removed", requestFor("removed")],
  ]);
  expect(placeSlots(slots, requests).map(({ field }) => field.name)).toEqual([
    "contract",
    "medicalLetter",
    "dbsCertificate",
  ]);
});
