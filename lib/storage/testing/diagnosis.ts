import type { Finding, Report } from "../doctor/report";

/** What the doctor found in one point. */
export const named = ({ findings }: Report, check: string): Finding | undefined =>
  findings.find((each) => each.check === check);

/** The points that make a storage unhealthy, in the order in which they were looked at. */
export const wrong = ({ findings }: Report): string[] =>
  findings.filter(({ outcome }) => outcome === "failed").map(({ check }) => check);
