import { isKey } from "../../lib/storage/key";
import type { Checked, Finding } from "../../lib/uploads/reconciling/finding";
import type { Outcome, Planned } from "../../lib/uploads/reconciling/repair";

export type Tally = Record<Finding["kind"], number>;

const KINDS = ["missing", "unknown", "mismatched"] as const;

/** `findings` is read once for each kind. */
export async function* jsonOf(
  checked: Checked,
  findings: () => AsyncIterable<Finding>,
): AsyncGenerator<string> {
  yield `{"checked":${JSON.stringify(checked)}`;
  for (const kind of KINDS) {
    yield `,"${kind}":[`;
    let first = true;
    for await (const finding of findings()) {
      if (finding.kind !== kind) continue;
      yield `${first ? "" : ","}\n${JSON.stringify(entryOf(finding))}`;
      first = false;
    }
    yield "]";
  }
  yield "}\n";
}

function entryOf(finding: Finding): Record<string, string | number> {
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

export function lineOf(finding: Finding): string {
  const { kind, storage } = finding;
  return `${kind.padEnd(10)}  ${storage.padEnd(7)}  ${nameOf(finding)}  ${whatIs(finding)}\n`;
}

/** Somebody else may have put objects there, under names that do things to a terminal. */
function nameOf({ key }: Finding): string {
  return isKey(key) ? key : JSON.stringify(key);
}

function whatIs(finding: Finding): string {
  switch (finding.kind) {
    case "missing":
      return `of file ${finding.fileId}`;
    case "unknown":
      return finding.multipartId === undefined
        ? `${bytes(finding.size)}`
        : `${bytes(finding.size)} in parts of an upload that was never ended`;
    case "mismatched":
      return `${bytes(finding.found)}, not ${bytes(finding.expected)}, of file ${finding.fileId}`;
  }
}

function bytes(count: number): string {
  return count === 1 ? "1 byte" : `${count} bytes`;
}

export function summaryOf({ rows, objects }: Checked, { missing, unknown, mismatched }: Tally): string {
  const looked = `${rows} files and ${objects} objects`;
  return missing + unknown + mismatched === 0
    ? `Database and storage agree: ${looked}.\n`
    : `Looked at ${looked}: ${missing} missing, ${unknown} unknown, ${mismatched} of another size.\n`;
}

/** `graceSeconds`: how long what is to be destroyed stays. */
export function planLine({ finding, repair }: Planned, graceSeconds: number): string {
  const about = `${finding.storage.padEnd(7)}  ${nameOf(finding)}`;
  switch (repair.what) {
    case "destroy":
      return `destroy in ${graceSeconds} s  ${about}  ${whatIs(finding)}\n`;
    case "render":
      return `make anew from the original  ${about}  of file ${repair.fileId}\n`;
    case "publish":
      return `publish anew  ${about}  of file ${repair.fileId}\n`;
    case "nothing":
      return `cannot be repaired  ${about}  ${repair.because}\n`;
  }
}

export function outcomeLine({ finding, done, because }: Outcome): string {
  const about = `${finding.storage.padEnd(7)}  ${nameOf(finding)}`;
  return `${done ? "done" : "NOT DONE"}  ${about}${because ? `  ${because}` : ""}\n`;
}
