import { type Fact, type Field, GiB, MiB } from "./field";

/**
 * Limits of S3: the bytes of one request, the bytes of a part that is not the last, the parts of a
 * file. https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html
 */
const MAX_SINGLE_REQUEST_BYTES = 5 * GiB;
const MIN_PART_BYTES = 5 * MiB;
const MAX_PARTS = 10_000;

/** Lists the rules between properties that this declaration breaks, each as a sentence. */
export function findConflicts(field: Field): string[] {
  return [
    ...findSizeConflicts(field),
    ...findStorageConflicts(field),
    ...findReviewConflicts(field),
    ...findDateConflicts(field),
  ];
}

function findSizeConflicts({ maxSize, partSize }: Field): string[] {
  const isMultipart = maxSize > partSize;
  return list([
    [maxSize > MAX_SINGLE_REQUEST_BYTES, "maxSize: no store copies more than 5 GiB at once"],
    [partSize > MAX_SINGLE_REQUEST_BYTES, "partSize: no store accepts more than 5 GiB in one PUT"],
    [isMultipart && partSize < MIN_PART_BYTES, "partSize: no store accepts parts under 5 MiB"],
    [isMultipart && maxSize > partSize * MAX_PARTS, "partSize: no store accepts more than 10,000 parts"],
  ]);
}

function findStorageConflicts({ storage, visibility, accept, retention, purpose, asked }: Field): string[] {
  return list([
    [storage === "private" && !purpose, "purpose: a private field says what its documents are for"],
    [
      storage === "public" && Boolean(asked),
      "asked: only a private field has it; no member is asked for a public file",
    ],
    [storage === "private" && !retention, "retention: a private field needs a retention rule"],
    [
      storage === "public" && Boolean(retention),
      "retention: only a private field has one; the owner of a public file deletes it",
    ],
    [storage === "private" && visibility === "owner", 'visibility: a private field is "fixed"'],
    [
      storage === "public" && accept.includes("application/pdf"),
      "accept: public files are pictures that we re-encode, and a PDF is none",
    ],
  ]);
}

function findReviewConflicts(field: Field): string[] {
  const { reviewed, many, reasons, facts, validFor, validUntil, badge, retention, undecidedFor } = field;
  return list([
    [reviewed && reasons.length === 0, "reasons: a reviewed field needs reasons"],
    [!reviewed && reasons.length > 0, "reasons: only a reviewed field has reasons"],
    [!reviewed && facts.length > 0, "facts: only a reviewed field has facts"],
    [!reviewed && Boolean(validFor), "validFor: only a reviewed field has approvals"],
    [!reviewed && Boolean(badge), "badge: only a reviewed field has approvals"],
    [!reviewed && Boolean(validUntil), "validUntil: only a reviewed field has approvals"],
    [!reviewed && retention?.from === "decision", 'retention: only a reviewed field counts from "decision"'],
    [
      many && retention?.from === "superseded",
      'retention: no file of a field with `many` is replaced, so "superseded" never comes',
    ],
    [!reviewed && Boolean(undecidedFor), "undecidedFor: only a reviewed field has undecided files"],
    ...duplicatesOf(reasons.map(({ code }) => code)).map(
      (code): Rule => [true, `reasons: the code "${code}" is declared twice`],
    ),
    ...duplicatesOf(facts.map(({ name }) => name)).map(
      (name): Rule => [true, `facts: the name "${name}" is declared twice`],
    ),
  ]);
}

function findDateConflicts({ facts, validFor, validUntil, retention }: Field): string[] {
  const issueDates = facts.filter((fact) => fact.kind === "date" && fact.issueDate);
  const end = facts.find(({ name }) => name === validUntil?.fact);
  return list([
    [issueDates.length > 1, "facts: only one fact can have `issueDate`"],
    [issueDates.some(canBeFuture), "facts: a date of issue lies in the past"],
    [
      retention?.from === "issue" && !issueDates.some(({ required }) => required),
      'retention: "issue" needs a required date fact with `issueDate: true`',
    ],
    [Boolean(validFor && validUntil), "validUntil: declare either validFor or validUntil"],
    [
      Boolean(validUntil) && !(end?.required && canBeFuture(end)),
      'validUntil: it must name a required date fact with `when: "future"` or "any"',
    ],
  ]);
}

function canBeFuture(fact: Fact): boolean {
  return fact.kind === "date" && (fact.when ?? "past") !== "past";
}

function duplicatesOf(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}

type Rule = [isBroken: boolean, message: string];

function list(rules: readonly Rule[]): string[] {
  return rules.flatMap(([isBroken, message]) => (isBroken ? [message] : []));
}
