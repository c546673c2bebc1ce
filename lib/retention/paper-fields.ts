import { formatIsoDuration, formatRule } from "../fields/duration-text";
import type { Field } from "../fields/field";
import { issueDateFactOf } from "../fields/validity";
import { declaredRuleOf } from "./keep-until";
import type { PaperInput } from "./paper";

/** What the papers say about a document type. */
export type PaperField = {
  label: string;
  purpose: string;
  readers: string;
  review: string;
  validity: string;
  /** The rule in force. */
  kept: string;
  /** The declared rule, if admins have not confirmed it. */
  unconfirmed?: string;
  /** Labels of what a reviewer records. They stay after the file is deleted. */
  facts: readonly string[];
};

/** Describes each declared field, then fields that are no longer declared and still have a rule. */
export function describeFields({ fields, rules }: Pick<PaperInput, "fields" | "rules">): PaperField[] {
  const declared = [...fields.values()].map((field) =>
    describeField(
      field,
      rules.find((rule) => rule.field === field.name),
    ),
  );
  const others = rules.filter(({ field }) => !fields.has(field));
  return [
    ...declared,
    ...others.map(({ field, inForce }) => describeFormerField(field, formatRule(inForce))),
  ];
}

function describeField(field: Field, rule: PaperInput["rules"][number] | undefined): PaperField {
  const declared = field.retention ? formatRule(declaredRuleOf(field)) : null;
  const inForce = rule ? formatRule(rule.inForce) : declared;
  return {
    label: field.label,
    purpose: field.purpose ?? purposePlaceholder(field.label),
    readers: readersOf(field),
    review: field.reviewed ? "A reviewer decides on each file." : "No review.",
    validity: validityOf(field),
    kept: keptText(inForce ?? "Deleted when the member removes or replaces it", field),
    ...(declared !== null && declared !== inForce ? { unconfirmed: declared } : {}),
    facts: field.facts.map(({ label }) => label),
  };
}

/** An erasure of the account deletes at once what no law keeps. */
function keptText(rule: string, { retention }: Field): string {
  if (!retention?.legalBasis) return rule;
  return `${rule}, also if the member erases the account. ${retention.legalBasis}`;
}

function describeFormerField(name: string, kept: string): PaperField {
  return {
    label: name,
    purpose: purposePlaceholder(name),
    readers: "The member.",
    review: "Members cannot upload this type any more.",
    validity: "–",
    kept,
    facts: [],
  };
}

function purposePlaceholder(label: string): string {
  return `[Purpose of ${label}]`;
}

function readersOf({ storage, visibility, watermark, download }: Field): string {
  if (storage === "public")
    return visibility === "owner"
      ? "Everyone, while the member shows it on a public page."
      : "Everyone, while the page of the member is public.";
  return [
    "The member, and people with access to this document type.",
    ...(watermark ? ["Their name is printed over every page they see."] : []),
    download ? "They can download the file." : "They cannot download the file.",
  ].join(" ");
}

function validityOf(field: Field): string {
  const { reviewed, validFor, validUntil, facts } = field;
  if (!reviewed) return "–";
  if (validUntil) return `Until: ${facts.find(({ name }) => name === validUntil.fact)?.label}`;
  if (!validFor) return "Without an end";
  const lasts = formatIsoDuration(validFor);
  const start = issueDateFactOf(field) ? "the date of issue" : "the decision";
  return `${lasts.charAt(0).toUpperCase()}${lasts.slice(1)} from ${start}`;
}
