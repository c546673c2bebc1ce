import { env } from "@/lib/config/env";
import type { Paper, PaperRecord } from "@/lib/retention/paper";
import { loadPapers } from "@/lib/retention/papers";
import { storageSettingsFromEnv } from "@/lib/storage/factory";
import { appContext } from "./app-context";

/** What this installation holds beside the documents. */
const RECORDS: readonly PaperRecord[] = [];

/** Writes the papers on data protection with the settings of this installation. */
export function loadSitePapers(): Promise<Paper[]> {
  return loadPapers(appContext(), { storage: storageSettingsFromEnv(env()), records: RECORDS });
}
