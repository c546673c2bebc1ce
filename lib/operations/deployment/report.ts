import { type Finding, RULES } from "./finding";

export type DeploymentReport = {
  /** What was looked at: settings alone, or the deployment. */
  looked: "settings" | "deployment";
  findings: Finding[];
  /** What could not be looked at, and why, in words. */
  untested: string[];
};

/** 1 where something stands in the way: an error, or with `strict` a warning, or what nobody could look at. */
export function exitCodeOf({ findings, untested }: DeploymentReport, { strict }: { strict: boolean }): 0 | 1 {
  return findings.some(({ severity }) => strict || severity === "error") || (strict && untested.length > 0)
    ? 1
    : 0;
}

/** A report as lines for a terminal, errors first. */
export function formatReport({ looked, findings, untested }: DeploymentReport): string {
  const count = (severity: Finding["severity"]) => findings.filter((one) => one.severity === severity);
  const [errors, warnings] = [count("error"), count("warning")];
  const told = [...errors, ...warnings].flatMap(({ id, severity, found, mend }) => [
    `${severity === "error" ? "WRONG" : "note "}  ${id}`,
    `       ${found}`,
    `       To mend it: ${mend}`,
    "",
  ]);
  const verdict =
    errors.length === 0
      ? "Nothing is in the way"
      : `${errors.length} ${errors.length === 1 ? "thing stands" : "things stand"} in the way`;
  const notes = warnings.length > 0 ? `, ${warnings.length} to note` : "";
  const scope =
    looked === "settings"
      ? " (settings alone; --deploy looks at the deployment)"
      : ` (${Object.keys(RULES).length} rules, and the doctor's)`;
  return [
    ...told,
    ...untested.map((what) => `-      ${what}`),
    ...(untested.length > 0 ? [""] : []),
    `${verdict}${notes}${scope}.`,
  ].join("\n");
}
