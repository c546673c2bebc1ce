import { formatDate } from "@/app/_ui/format";
import { Time } from "@/app/_ui/time";
import type { Field } from "@/lib/fields/field";
import { DECISIONS } from "@/lib/review/decisions";
import { findOutcome } from "@/lib/review/outcomes";
import type { DecisionView } from "@/lib/review/review";

/** Lists the decisions on this document, latest first. Undone decisions stay in the list. */
export function DecisionHistory({
  decisions,
  field,
}: {
  decisions: readonly DecisionView[];
  field: Pick<Field, "reasons" | "facts">;
}) {
  if (decisions.length === 0) return null;
  return (
    <section aria-labelledby="decisions-title" className="grid gap-2">
      <h2 id="decisions-title" className="font-serif text-lg">
        Decision history
      </h2>
      <ol className="grid border-t border-hairline">
        {decisions.toReversed().map((decision) => (
          <li key={`${decision.at} ${decision.outcome}`} className="grid gap-1 border-b border-hairline py-3">
            <p>
              <b>{formatOutcome(decision.outcome)}</b> by{" "}
              <bdi>{decision.by?.name ?? "a former reviewer"}</bdi>
            </p>
            <p className="text-sm text-muted">
              <Time value={decision.at} as="moment" />
            </p>
            <DecisionDetails decision={decision} field={field} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function DecisionDetails({
  decision: { reason, message, note, facts = {} },
  field,
}: {
  decision: DecisionView;
  field: Pick<Field, "reasons" | "facts">;
}) {
  const rows = [
    { label: "Reason", value: field.reasons.find(({ code }) => code === reason)?.label ?? reason },
    { label: "Message", value: message },
    { label: "Internal note", value: note },
    ...field.facts.map(({ name, label, kind }) => ({ label, value: formatFact(kind, facts[name]) })),
  ].filter((row) => row.value);
  return rows.length === 0 ? null : (
    <dl className="grid gap-1 text-sm">
      {rows.map(({ label, value }) => (
        <div key={label}>
          <dt className="inline text-muted">{label}: </dt>
          <dd className="inline whitespace-pre-line">
            <bdi>{value}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}

function formatFact(
  kind: Field["facts"][number]["kind"],
  value: string | boolean | undefined,
): string | undefined {
  if (value === undefined || value === "") return undefined;
  if (typeof value === "boolean") return value ? "Yes" : "No";
  return kind === "date" ? formatDate(value) : value;
}

function formatOutcome(outcome: string): string {
  const name = findOutcome(outcome);
  return name ? DECISIONS[name].done : "Undone";
}
