import type { Finding, Outcome } from "./finding";

const LABELS: Record<Outcome, string> = { passed: "ok", warning: "WARN", failed: "ERROR", untested: "-" };

/**
 * Formats one finding for a terminal: one line if it passed, else what was found and the fix below.
 */
export function formatFinding({ check, title = check, outcome, found, fix }: Finding): string[] {
  const head = `${LABELS[outcome].padEnd(6)} ${title}`;
  if (outcome === "passed") return [`${head}. ${found}`];
  return [head, `       ${found}`, ...(fix ? [`       Fix: ${fix}`] : [])];
}

/** Counts the findings that need attention, such as `2 errors, 1 warning, 3 not tested`. */
export function countFindings(findings: readonly Pick<Finding, "outcome">[]): string {
  const count = (outcome: Outcome) => findings.filter((finding) => finding.outcome === outcome).length;
  const [errors, warnings, untested] = [count("failed"), count("warning"), count("untested")];
  return [
    errors === 0 ? "No errors" : `${errors} ${errors === 1 ? "error" : "errors"}`,
    ...(warnings > 0 ? [`${warnings} ${warnings === 1 ? "warning" : "warnings"}`] : []),
    ...(untested > 0 ? [`${untested} not tested`] : []),
  ].join(", ");
}
