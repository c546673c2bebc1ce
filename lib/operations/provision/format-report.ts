import { diffArrays } from "diff";
import type { Finding, Outcome } from "../finding";
import { formatFinding } from "../format-findings";
import type { ProvisionStep, StepOutcome } from "./bucket-setting";
import type { ProvisionReport } from "./provision";

const FOUND: Record<StepOutcome, string> = {
  kept: "Nothing to change.",
  changed: "Changed.",
  planned: "Would change.",
  unable: "This store does not support the setting.",
  failed: "The change failed.",
};

/** Formats the steps with a diff of each change; in a dry run also the IAM policies. */
export function formatProvisionReport(
  { steps, policies, done }: ProvisionReport,
  { dryRun }: { dryRun: boolean },
): string {
  const buckets = [...new Set(steps.map(({ bucket }) => bucket))];
  const parts = buckets.map((name) =>
    [name, ...steps.filter(({ bucket }) => bucket === name).flatMap(formatStep)].join("\n"),
  );
  if (dryRun)
    for (const [role, policy] of Object.entries(policies))
      parts.push(`Least privileges of the ${role}:\n${JSON.stringify(policy, null, 2)}`);
  return [...parts, formatSummary(steps, done, dryRun)].join("\n\n");
}

function formatStep(step: ProvisionStep): string[] {
  const { setting, outcome, before, after, note } = step;
  const finding: Finding = {
    check: setting,
    outcome: outcomeOf(step),
    found: note ? `${FOUND[outcome]} ${note}` : FOUND[outcome],
  };
  const hasDiff = outcome === "changed" || outcome === "planned";
  return [...formatFinding(finding), ...(hasDiff ? formatDiff(before, after) : [])];
}

function outcomeOf({ outcome, needed }: ProvisionStep): Outcome {
  if (outcome === "failed") return "failed";
  if (outcome === "unable") return needed ? "failed" : "warning";
  return "passed";
}

const DIFF_MARKS = { added: "    + ", removed: "    - ", unchanged: "      " };

/** Returns removed and added lines between unchanged ones. */
function formatDiff(before: unknown, after: unknown): string[] {
  return diffArrays(toJsonLines(before), toJsonLines(after)).flatMap(({ added, removed, value }) => {
    const mark = DIFF_MARKS[added ? "added" : removed ? "removed" : "unchanged"];
    return value.map((line) => mark + line);
  });
}

function toJsonLines(value: unknown): string[] {
  return value === null ? [] : JSON.stringify(value, null, 2).split("\n");
}

function formatSummary(steps: readonly ProvisionStep[], done: boolean, dryRun: boolean): string {
  const count = (outcome: StepOutcome) => steps.filter((step) => step.outcome === outcome).length;
  if (!done)
    return "A required setting could not be changed: fix the errors above and run the command again.";
  if (dryRun)
    return count("planned") > 0
      ? `${count("planned")} changes would be made; nothing was changed.`
      : "There is nothing to change.";
  return count("changed") > 0
    ? `${count("changed")} changes. Run \`npm run storage -- doctor\` to test them.`
    : "There was nothing to change.";
}
