import type { AppContext } from "../../app-context";
import { safeErrorReason } from "../../observability/safe-error-reason";
import { replayCompletely } from "../../retention/replay";
import type { Finding } from "../finding";
import { createFinding, createUntested } from "./rules";

/** Destroys again what a restored backup has brought back, and reports that. */
export async function checkRestoredFiles(context: AppContext): Promise<Finding[]> {
  try {
    const { replayed, people, unreadable, failed } = await replayCompletely(context);
    const findings: Finding[] = [];
    if (replayed + people > 0)
      findings.push(
        createFinding(
          "restored-files",
          `A restored backup had brought back ${replayed} destroyed files and ${people} erased people.`,
          "Nothing to do: this check has destroyed the files again and closed the accounts.",
        ),
      );
    if (failed > 0)
      findings.push(
        createFinding(
          "restored-files-left",
          `${failed} deletions failed.`,
          "Check the storage, then run `npm run retention -- replay`.",
        ),
      );
    if (unreadable.length > 0)
      findings.push(
        createFinding(
          "tombstones",
          `Below destroyed/ in the private storage, ${unreadable.length} objects are not as the application wrote them, such as ${unreadable[0]}.`,
          "Find out who changed them. A file with such a tombstone cannot be read.",
        ),
      );
    return findings;
  } catch (error) {
    return [createUntested("restored-files", `Destroyed files were not checked: ${safeErrorReason(error)}.`)];
  }
}
