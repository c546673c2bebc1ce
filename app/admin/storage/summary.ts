import type { Finding } from "@/lib/operations/finding";

/** Summarizes the findings in one sentence. */
export function summarizeFindings(findings: readonly Pick<Finding, "outcome">[]): string {
  const count = (outcome: Finding["outcome"]) =>
    findings.filter((finding) => finding.outcome === outcome).length;
  const [failed, warnings] = [count("failed"), count("warning")];
  if (failed > 0) return failed === 1 ? "1 problem found" : `${failed} problems found`;
  if (warnings === 0) return "No problems found";
  return `No problems found, ${warnings} ${warnings === 1 ? "warning" : "warnings"}`;
}
