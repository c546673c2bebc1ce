import { env } from "@/lib/config/env";
import { processLog } from "@/lib/observability/process-log";

/** One per process, like the pool. Apart from the other services: what Next loads in every function writes it, and needs neither database nor store. */
export function log(): ReturnType<typeof processLog> {
  return processLog(env());
}
