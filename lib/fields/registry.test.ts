import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { type Fact, type Field, GiB, MiB } from "./field";
import { fields } from "./fields";
import { medicalLetter } from "./medical-letter";
import { profilePicture } from "./profile-picture";
import { declareFields } from "./registry";

/** The message with which the registry refuses these declarations; "" if it accepts them. */
function refusalOf(...declared: Field[]): string {
  try {
    declareFields(declared);
    return "";
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

/** A medical letter with these changes, some of which TypeScript refuses. */
function changed(changes: object): Field {
  return { ...medicalLetter, ...changes };
}

const issuedOn: Fact = { name: "issuedOn", label: "Issued", kind: "date", issueDate: true, required: true };
const expiresOn: Fact = { name: "expiresOn", label: "Expiry", kind: "date", when: "future", required: true };

test("the registry contains every field that a file of this folder declares", async () => {
  const files = readdirSync(new URL(".", import.meta.url)).filter(
    (name) => name.endsWith(".ts") && !name.endsWith(".test.ts"),
  );
  const modules: object[] = await Promise.all(files.map((name) => import(`./${name.slice(0, -3)}.ts`)));
  const declared = modules.flatMap((module) =>
    Object.values(module).filter((value) => typeof value === "object" && "maxSize" in value),
  );
  expect(declared.length).toBeGreaterThan(0);
  expect(new Set(fields.values())).toEqual(new Set(declared));
});

test("the registry has no inherited names", () => {
  for (const name of ["constructor", "toString", "__proto__"]) expect(fields.get(name)).toBeUndefined();
});

test("the registry accepts 5 GiB and refuses one byte more", () => {
  expect(refusalOf(changed({ maxSize: 5 * GiB }))).toBe("");
  expect(refusalOf(changed({ maxSize: 5 * GiB + 1 }))).toContain("medicalLetter.maxSize: no store copies");
});

test("the registry refuses part sizes that no store accepts", () => {
  const refusal = (partSize: number, maxSize: number) => refusalOf(changed({ partSize, maxSize }));
  expect(refusal(5 * MiB - 1, 6 * MiB)).toContain("parts under 5 MiB");
  expect(refusal(5 * MiB, 5 * GiB)).toBe("");
  expect(refusal(5 * GiB + 1, MiB)).toContain("5 GiB in one PUT");
  // No file of this field is a multipart upload.
  expect(refusal(MiB, MiB)).toBe("");
  expect(refusal(100, 100 * 10_000 + 1)).toContain("more than 10,000 parts");
  expect(refusal(100, 100 * 10_000)).not.toContain("more than 10,000 parts");
});

test.each<[string, object, string]>([
  ["a name that is no identifier", { name: "../etc" }, "../etc.name: must be a camelCase name"],
  ["an empty label", { label: " " }, "label: must not be empty"],
  ["an unknown property", { revewed: true }, 'Unrecognized key: "revewed"'],
  ["a missing property", { download: undefined }, "download: "],
  ["an unknown media type", { accept: ["image/gif"] }, "accept.0: "],
  ["an empty list of media types", { accept: [] }, "accept: must name at least one media type"],
  ["a public PDF", { storage: "public", accept: ["application/pdf"] }, "accept: public files are pictures"],
  ["a private field without a purpose", { purpose: undefined }, "purpose: a private field says"],
  [
    "a public field that members are asked for",
    { storage: "public", asked: "everyone", accept: ["image/png"] },
    "asked: only a private field",
  ],
  ["an unknown circle of members to ask", { asked: "somebody" }, "asked: "],
  ["a private field without retention", { retention: undefined }, "retention: a private field needs"],
  ["a retention without duration", { retention: { from: "decision", for: "a while" } }, "retention.for: "],
  [
    "a legal basis without words",
    { retention: { from: "decision", for: "P1Y", legalBasis: " " } },
    "retention.legalBasis: must not be empty",
  ],
  ["an unknown start of retention", { retention: { from: "birth", for: "P1Y" } }, "retention.from: "],
  ["retention from an unknown issue date", { retention: { from: "issue", for: "P1Y" } }, '"issue" needs'],
  [
    "retention from an optional issue date",
    { retention: { from: "issue", for: "P1Y" }, facts: [{ ...issuedOn, required: false }] },
    '"issue" needs a required date fact',
  ],
  [
    "retention from a replacement that never comes",
    { retention: { from: "superseded", for: "P1Y" } },
    "retention: no file of a field with `many` is replaced",
  ],
  [
    "retention of a public file",
    { storage: "public", accept: ["image/png"] },
    "retention: only a private field",
  ],
  ["an end of undecided files that is no duration", { undecidedFor: "soon" }, "undecidedFor: "],
  [
    "undecided files without a review",
    { reviewed: false, reasons: [], facts: [], undecidedFor: "P1Y" },
    "undecidedFor: only a reviewed field",
  ],
  ["a validity that is no duration", { validFor: "P" }, "validFor: "],
  ["a validity until an unknown fact", { validUntil: { fact: "nothing" } }, "validUntil: it must name"],
  [
    "a validity until a past date",
    { validUntil: { fact: "issuedOn" }, facts: [issuedOn] },
    'with `when: "future"`',
  ],
  [
    "two rules of validity",
    { validFor: "P1Y", validUntil: { fact: "expiresOn" }, facts: [expiresOn] },
    "validUntil: declare either",
  ],
  ["two dates of issue", { facts: [issuedOn, { ...issuedOn, name: "again" }] }, "only one fact"],
  ["a date of issue in the future", { facts: [{ ...issuedOn, when: "any" }] }, "lies in the past"],
  ["a check with a time", { facts: [{ ...expiresOn, kind: "check" }] }, "facts.0: Unrecognized key"],
  ["two facts of one name", { facts: [issuedOn, expiresOn, expiresOn] }, '"expiresOn" is declared twice'],
  [
    "two reasons of one code",
    { reasons: [...medicalLetter.reasons, medicalLetter.reasons[0]] },
    'the code "unreadable" is declared twice',
  ],
  ["an owner's flag on a private field", { visibility: "owner" }, "visibility: a private field"],
  ["a review without reasons", { reasons: [] }, "reasons: a reviewed field needs reasons"],
  ["facts without a review", { reviewed: false, reasons: [] }, "facts: only a reviewed field has facts"],
  [
    "a badge without a review",
    { reviewed: false, reasons: [], facts: [], badge: "Checked" },
    "badge: only a reviewed field",
  ],
  ["a second reviewer", { reviewers: 2 }, "reviewers: must be 1"],
])("the registry refuses %s", (_, changes, message) => {
  expect(refusalOf(changed(changes))).toContain(message);
});

test.each<[string, object]>([
  [
    "retention from a required date of issue",
    { retention: { from: "issue", for: "P1Y" }, facts: [issuedOn] },
  ],
  ["validity until a future date", { validUntil: { fact: "expiresOn" }, facts: [issuedOn, expiresOn] }],
])("the registry accepts %s", (_, changes) => {
  expect(refusalOf(changed(changes))).toBe("");
});

test("one message names every fault of every field", () => {
  const message = refusalOf(
    changed({ accept: ["image/gif"], reviewers: 2, validFor: "P", reasons: [] }),
    profilePicture,
    { ...profilePicture, maxSize: 0 },
  );
  expect(message.split("\n").slice(1)).toEqual([
    expect.stringMatching(/^- medicalLetter\.accept\.0: /),
    expect.stringMatching(/^- medicalLetter\.validFor: /),
    expect.stringMatching(/^- medicalLetter\.reviewers: /),
    expect.stringMatching(/^- medicalLetter\.reasons: /),
    expect.stringMatching(/^- profilePicture\.maxSize: /),
    expect.stringMatching(/^- profilePicture\.name: it is declared twice/),
  ]);
});
