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

/** Returns removed and added lines between unchanged ones, by the longest common subsequence. */
function formatDiff(before: unknown, after: unknown): string[] {
  const [oldLines, newLines] = [toJsonLines(before), toJsonLines(after)];
  const lengths = Array.from({ length: oldLines.length + 1 }, () =>
    new Array<number>(newLines.length + 1).fill(0),
  );
  const lengthAt = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = oldLines.length - 1; i >= 0; i--)
    for (let j = newLines.length - 1; j >= 0; j--)
      (lengths[i] ?? [])[j] =
        oldLines[i] === newLines[j]
          ? lengthAt(i + 1, j + 1) + 1
          : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
  const diff: string[] = [];
  for (let i = 0, j = 0; i < oldLines.length || j < newLines.length; ) {
    if (i < oldLines.length && j < newLines.length && oldLines[i] === newLines[j]) {
      diff.push(`      ${oldLines[i]}`);
      i++;
      j++;
    } else if (j < newLines.length && (i === oldLines.length || lengthAt(i, j + 1) >= lengthAt(i + 1, j)))
      diff.push(`    + ${newLines[j++]}`);
    else diff.push(`    - ${oldLines[i++]}`);
  }
  return diff;
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
