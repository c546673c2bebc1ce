import type { Finding } from "../../finding";
import type { DoctorReport } from "../report";

/** Returns the finding of one check. */
export const findingOfCheck = ({ findings }: DoctorReport, check: string): Finding | undefined =>
  findings.find((finding) => finding.check === check);

/** Returns the names of the failed checks, in the order of the report. */
export const failedChecks = ({ findings }: DoctorReport): string[] =>
  findings.filter(({ outcome }) => outcome === "failed").map(({ check }) => check);
