import type { Finding, DoctorReport } from "../report";

/** What the doctor found in one point. */
export const findFinding = ({ findings }: DoctorReport, check: string): Finding | undefined =>
  findings.find((each) => each.check === check);

/** The points that make a storage unhealthy, in the order in which they were looked at. */
export const failedChecks = ({ findings }: DoctorReport): string[] =>
  findings.filter(({ outcome }) => outcome === "failed").map(({ check }) => check);
