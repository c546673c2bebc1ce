import type { DriverName } from "../../storage/drivers";
import type { Finding } from "../finding";
import { countFindings, formatFinding } from "../format-findings";

/** An ability that stores differ in. The application works without it. Null: the probe failed. */
export type Capability = { name: string; title: string; supported: boolean | null; means: string };

export type DoctorReport = {
  /** ISO 8601. */
  at: string;
  driver: DriverName;
  /** Where the files are stored: the buckets and the URL of the store, or the folder. */
  place: Record<string, string>;
  healthy: boolean;
  findings: Finding[];
  capabilities: Capability[];
};

/** Formats a report for a terminal. */
export function formatReport({ driver, place, findings, capabilities }: DoctorReport): string {
  const locations = Object.entries(place).map(([name, value]) => `  ${name}: ${value}`);
  const abilities = capabilities.map(({ title, supported, means }) => {
    const label = supported === null ? "?" : supported ? "yes" : "no";
    return `  ${label.padEnd(4)} ${title}\n       ${means}`;
  });
  return [
    `Storage: ${driver}`,
    ...locations,
    "",
    ...findings.flatMap(formatFinding),
    ...(abilities.length > 0 ? ["", "Optional abilities of this store:", ...abilities] : []),
    "",
    `${countFindings(findings)}.`,
  ].join("\n");
}

/** Returns the report with the keys that `--json` has always printed. */
export function toDoctorJson({ findings, capabilities, ...report }: DoctorReport): object {
  return {
    ...report,
    findings: findings.map(({ fix, ...finding }) => ({ ...finding, mend: fix })),
    capabilities: capabilities.map(({ name, title, supported, means }) => ({
      name,
      title,
      held: supported,
      means,
    })),
  };
}
