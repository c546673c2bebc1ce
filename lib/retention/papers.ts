import type { AppContext } from "../app-context";
import { fields } from "../fields/fields";
import type { StorageSettings } from "../storage/drivers";
import { describeLife } from "./life-text";
import type { Paper, PaperInput } from "./paper";
import { describeFields } from "./paper-fields";
import { writeNotice } from "./paper-notice";
import { writeProcessingRecord } from "./paper-processing-record";
import { writeSchedule } from "./paper-schedule";
import { RECORDS } from "./records";
import { listRulesInForce } from "./rules";

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

/** Writes the papers of this installation. */
export async function loadPapers(
  context: Pick<AppContext, "db" | "timeZone" | "limits" | "mail">,
  storage: StorageSettings,
): Promise<Paper[]> {
  const { limits, timeZone, mail } = context;
  const rules = await listRulesInForce(context);
  const records = RECORDS.flatMap(({ title, what, why, life }) =>
    why === undefined ? [] : [{ title, what, why, kept: describeLife(life) }],
  );
  return writePapers({ fields, rules, records, limits, timeZone, storage, mail });
}
