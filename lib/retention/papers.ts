import type { AppContext } from "../app-context";
import { fields } from "../fields/fields";
import type { Paper, PaperInput } from "./paper";
import { describeFields } from "./paper-fields";
import { writeNotice } from "./paper-notice";
import { writeProcessingRecord } from "./paper-processing-record";
import { writeSchedule } from "./paper-schedule";
import { listRulesInForce } from "./rule-changes";

/**
 * Writes the drafts on data protection: the retention schedule, the privacy notice and the record
 * of processing. They derive from the declared fields, the rules in force and the settings.
 */
export function writePapers(input: PaperInput): Paper[] {
  const described = describeFields(input);
  return [
    writeSchedule(input, described),
    writeNotice(input, described),
    writeProcessingRecord(input, described),
  ];
}

/** Writes the papers of this installation. `records`: what is held beside the documents. */
export async function loadPapers(
  context: Pick<AppContext, "db" | "clock" | "timeZone" | "trailKey" | "limits" | "mail">,
  { storage, records }: Pick<PaperInput, "storage" | "records">,
): Promise<Paper[]> {
  const { limits, timeZone, mail } = context;
  const rules = await listRulesInForce(context);
  return writePapers({ fields, rules, records, limits, timeZone, storage, mail });
}
