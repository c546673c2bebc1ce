/** `untested`: an earlier check failed, the store did not return the setting, or time ran out. */
export type Outcome = "passed" | "warning" | "failed" | "untested";

/** What one check found: of the doctor, provisioning, the static files or a deployment. */
export type Finding = {
  /** A stable name, for scripts. */
  check: string;
  /** What should be true. Absent if the name says it. */
  title?: string;
  outcome: Outcome;
  /** What is true, as a sentence. Contains no secret. */
  found: string;
  /** What to do. Present if the outcome is `failed` or `warning`. */
  fix?: string;
};

export function hasFailed(findings: readonly Pick<Finding, "outcome">[]): boolean {
  return findings.some(({ outcome }) => outcome === "failed");
}
