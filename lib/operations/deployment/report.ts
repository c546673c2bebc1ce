import { type Finding, hasFailed } from "../finding";
import { countFindings, formatFinding } from "../format-findings";
import { RULES } from "./rules";

export type DeploymentReport = {
  /** What was checked: only the settings, or the deployment. */
  scope: "settings" | "deployment";
  /** None has passed. */
  findings: Finding[];
};

/**
 * Returns 1 if an error blocks the deployment; with `strict` also for warnings and untested rules.
 */
export function exitCodeOf({ findings }: DeploymentReport, { strict }: { strict: boolean }): 0 | 1 {
  return (strict ? findings.length > 0 : hasFailed(findings)) ? 1 : 0;
}

const ORDER = { failed: 0, warning: 1, untested: 2, passed: 3 };

/** Formats a report for a terminal, errors first. */
export function formatReport({ scope, findings }: DeploymentReport): string {
  const sorted = findings.toSorted((a, b) => ORDER[a.outcome] - ORDER[b.outcome]);
  const checked =
    scope === "settings"
      ? "only the settings; --deploy checks the deployment"
      : `${Object.keys(RULES).length} rules, and the doctor's`;
  return [
    ...sorted.flatMap(formatFinding),
    ...(sorted.length > 0 ? [""] : []),
    `${countFindings(findings)} (${checked}).`,
  ].join("\n");
}

/** What `--json` prints: docs/operations/observability.md documents these keys. */
export type DeploymentJson = {
  looked: DeploymentReport["scope"];
  findings: { id: string; severity: "error" | "warning"; found: string; mend: string | undefined }[];
  untested: string[];
};

export function toDeploymentJson({ scope, findings }: DeploymentReport): DeploymentJson {
  return {
    looked: scope,
    findings: findings
      .filter(({ outcome }) => outcome !== "untested")
      .map(({ check, outcome, found, fix }) => ({
        id: check,
        severity: outcome === "failed" ? "error" : "warning",
        found,
        mend: fix,
      })),
    untested: findings.filter(({ outcome }) => outcome === "untested").map(({ found }) => found),
  };
}
