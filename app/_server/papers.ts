import { env } from "@/lib/config/env";
import type { Paper } from "@/lib/retention/paper";
import { loadPapers } from "@/lib/retention/papers";
import { storageSettingsFromEnv } from "@/lib/storage/factory";
import { appContext } from "./app-context";

/** Writes the papers on data protection with the settings of this installation. */
export function loadSitePapers(): Promise<Paper[]> {
  return loadPapers(appContext(), storageSettingsFromEnv(env()));
}
