import { ActionButton } from "@/app/_ui/action-button";
import { DataTable } from "@/app/_ui/data-table";
import { formatDateAndRelative } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { Section } from "@/app/_ui/section";
import { formatRule } from "@/lib/fields/duration-text";
import type { RuleStatus } from "@/lib/retention/rule-changes";

type Props = {
  rule: RuleStatus & { label: string };
  viewerId: string;
  adminCount: number;
  now: Date;
  timeZone: string;
};

/** Shows a declared rule that is not in force, whom it concerns, and lets an admin confirm it. */
export function RuleChangeSection({ rule, viewerId, adminCount, now, timeZone }: Props) {
  const { field, label, inForce, declared, change } = rule;
  if (!declared || !change) return null;
  const isOwnProposal = change.proposedBy === viewerId;
  const confirms = adminCount < 2 || change.proposedBy !== undefined;
  const dateOf = (date: string | null) =>
    date === null ? "No end yet" : formatDateAndRelative(date, now, timeZone);
  return (
    <Section id={`change-${field}`} title={`${label}: the declared rule is not in force`}>
      <dl className="grid gap-1 sm:grid-cols-[auto_1fr] sm:gap-x-6">
        <dt className="text-muted">In force</dt>
        <dd>{formatRule(inForce)}</dd>
        <dt className="text-muted">Declared</dt>
        <dd>{formatRule(declared)}</dd>
        <dt className="text-muted">Effect</dt>
        <dd>
          {change.sooner} files end sooner and {change.later} later, of {change.members}{" "}
          {change.members === 1 ? "member" : "members"}.{" "}
          {change.destroyed > 0 ? <strong>{change.destroyed} are deleted at once.</strong> : null}
        </dd>
      </dl>
      {change.first.length > 0 ? (
        <DataTable
          caption={`The first files that the change of ${label} concerns`}
          columns={["File", "Last day now", "Last day then"]}
          rows={change.first.map(({ fileId, was, willBe }) => ({
            key: fileId,
            cells: [
              <code key="id" className="font-mono text-sm">
                {fileId.slice(-12)}
              </code>,
              dateOf(was),
              dateOf(willBe),
            ],
          }))}
        />
      ) : null}
      {isOwnProposal && adminCount > 1 ? (
        <Notice title="You proposed this change">Another admin has to confirm it.</Notice>
      ) : (
        <ActionButton
          variant="primary"
          method="POST"
          path={`/api/retention/rules/${field}`}
          body={{ declared }}
          done="Saved"
        >
          {confirms ? "Put the declared rule in force" : "Propose it to another admin"}
        </ActionButton>
      )}
    </Section>
  );
}
