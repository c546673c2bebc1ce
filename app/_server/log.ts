import { env } from "@/lib/config/env";
import { processLog } from "@/lib/observability/process-log";

/**
 * Returns the log of this process. It is not part of the app context: modules that Next loads in
 * every function write logs, and they need neither database nor store.
 */
export function log(): ReturnType<typeof processLog> {
  return processLog(env());
}
