import type { Finding } from "@/lib/operations/doctor/report";

/** The verdict in a sentence. */
export function summarizeFindings(findings: readonly Pick<Finding, "outcome">[]): string {
  const count = (outcome: Finding["outcome"]) => findings.filter((each) => each.outcome === outcome).length;
  const [wrong, noted] = [count("failed"), count("warning")];
  if (wrong > 0) return wrong === 1 ? "One thing is wrong" : `${wrong} things are wrong`;
  if (noted === 0) return "All is well";
  return noted === 1 ? "All is well, with one thing to note" : `All is well, with ${noted} things to note`;
}
