import type { ProvisionReport } from "./provision";
import type { StepOutcome, ProvisionStep } from "./bucket-setting";

const OUTCOME_LABELS: Record<StepOutcome, string> = {
  kept: "is as it should be",
  changed: "changed",
  planned: "would change",
  unable: "this store cannot",
  failed: "FAILED",
};

/** What was done, or would be, as a diff; then the policies, where they are asked for. */
export function formatProvisionReport({ steps, policies, done }: ProvisionReport, { dryRun }: { dryRun: boolean }): string {
  const buckets = [...new Set(steps.map(({ bucket }) => bucket))];
  const parts = buckets.map((name) =>
    [name, ...steps.filter(({ bucket }) => bucket === name).map(formatStep)].join("\n"),
  );
  if (dryRun)
    for (const [role, policy] of Object.entries(policies))
      parts.push(`Least rights of the ${role}:\n${JSON.stringify(policy, null, 2)}`);
  return [...parts, formatSummary(steps, done, dryRun)].join("\n\n");
}

function formatStep({ setting, outcome, needed, before, after, note }: ProvisionStep): string {
  const weight = outcome === "unable" ? (needed ? " (needed)" : " (not needed)") : "";
  const head = `  ${setting}: ${OUTCOME_LABELS[outcome]}${weight}${note ? `; ${note}` : ""}`;
  const differs = outcome === "changed" || outcome === "planned";
  return [head, ...(differs ? formatDiff(before, after) : [])].join("\n");
}

/** Lines that go and lines that come, between those that stay. */
function formatDiff(before: unknown, after: unknown): string[] {
  const [old, fresh] = [toJsonLines(before), toJsonLines(after)];
  const lengths = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0));
  const at = (i: number, j: number) => lengths[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = fresh.length - 1; j >= 0; j--)
      (lengths[i] ?? [])[j] =
        old[i] === fresh[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const found: string[] = [];
  for (let i = 0, j = 0; i < old.length || j < fresh.length; ) {
    if (i < old.length && j < fresh.length && old[i] === fresh[j]) {
      found.push(`      ${old[i]}`);
      i++;
      j++;
    } else if (j < fresh.length && (i === old.length || at(i, j + 1) >= at(i + 1, j)))
      found.push(`    + ${fresh[j++]}`);
    else found.push(`    - ${old[i++]}`);
  }
  return found;
}

function toJsonLines(value: unknown): string[] {
  return value === null ? [] : JSON.stringify(value, null, 2).split("\n");
}

function formatSummary(steps: readonly ProvisionStep[], done: boolean, dryRun: boolean): string {
  const count = (outcome: StepOutcome) => steps.filter((step) => step.outcome === outcome).length;
  if (!done) return "Something that is needed could not be done; see above.";
  if (dryRun)
    return count("planned") > 0
      ? `${count("planned")} changes to make; nothing was changed.`
      : "There is nothing to change.";
  return count("changed") > 0
    ? `${count("changed")} changes. \`npm run storage -- doctor\` tries them.`
    : "There was nothing to change.";
}
