import { isKey } from "../../lib/storage/key";
import type { PlannedRepair, RepairOutcome } from "../../lib/uploads/reconciling/execute-repairs";
import type { Finding, ReconcileProgress } from "../../lib/uploads/reconciling/finding";

export type FindingCounts = Record<Finding["kind"], number>;

const KINDS = ["missing", "unknown", "mismatched"] as const;

/** Yields the JSON in chunks. Reads `findings` once for each kind. */
export async function* formatJson(
  checked: ReconcileProgress,
  findings: () => AsyncIterable<Finding>,
): AsyncGenerator<string> {
  yield `{"checked":${JSON.stringify(checked)}`;
  for (const kind of KINDS) {
    yield `,"${kind}":[`;
    let isFirst = true;
    for await (const finding of findings()) {
      if (finding.kind !== kind) continue;
      yield `${isFirst ? "" : ","}\n${JSON.stringify(toJsonEntry(finding))}`;
      isFirst = false;
    }
    yield "]";
  }
  yield "}\n";
}

function toJsonEntry(finding: Finding): Record<string, string | number> {
  const { storage, key } = finding;
  switch (finding.kind) {
    case "missing":
      return { storage, key, fileId: finding.fileId };
    case "unknown":
      return { storage, key, size: finding.size };
    case "mismatched":
      return { storage, key, expected: finding.expected, found: finding.found };
  }
}

export function formatFinding(finding: Finding): string {
  const { kind, storage } = finding;
  return `${kind.padEnd(10)}  ${storage.padEnd(7)}  ${printableKey(finding)}  ${describeFinding(finding)}\n`;
}

/** Escapes foreign keys: they may contain control characters of a terminal. */
function printableKey({ key }: Finding): string {
  return isKey(key) ? key : JSON.stringify(key);
}

function describeFinding(finding: Finding): string {
  switch (finding.kind) {
    case "missing":
      return `of file ${finding.fileId}`;
    case "unknown":
      return finding.multipartId === undefined
        ? `${formatBytes(finding.size)}`
        : `${formatBytes(finding.size)} in an unfinished multipart upload`;
    case "mismatched":
      return `${formatBytes(finding.found)}, not ${formatBytes(finding.expected)}, of file ${finding.fileId}`;
  }
}

function formatBytes(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

export function formatSummary(
  { rows, objects }: ReconcileProgress,
  { missing, unknown, mismatched }: FindingCounts,
): string {
  const compared = `${rows} files and ${objects} objects`;
  return missing + unknown + mismatched === 0
    ? `Database and storage agree: ${compared}.\n`
    : `Compared ${compared}: ${missing} missing, ${unknown} unknown, ${mismatched} of another size.\n`;
}

/** `graceSeconds`: how long a deleted object still stays. */
export function formatPlannedRepair({ finding, repair }: PlannedRepair, graceSeconds: number): string {
  const object = `${finding.storage.padEnd(7)}  ${printableKey(finding)}`;
  switch (repair.action) {
    case "destroy":
      return `delete in ${graceSeconds} s  ${object}  ${describeFinding(finding)}\n`;
    case "render":
      return `render again from the original  ${object}  of file ${repair.fileId}\n`;
    case "publish":
      return `publish again  ${object}  of file ${repair.fileId}\n`;
    case "nothing":
      return `cannot be repaired  ${object}  ${repair.reason}\n`;
  }
}

export function formatRepairOutcome({ finding, resolved, reason }: RepairOutcome): string {
  const object = `${finding.storage.padEnd(7)}  ${printableKey(finding)}`;
  return `${resolved ? "done" : "FAILED"}  ${object}${reason ? `  ${reason}` : ""}\n`;
}
