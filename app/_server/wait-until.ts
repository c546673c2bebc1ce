import { waitUntil } from "@vercel/functions";
import { spanExporter } from "@/lib/observability/span-exporter";
import { log } from "./log";

/** Vercel may freeze a function after its response. Elsewhere this does nothing. */
export { waitUntil };

/** Keeps the function alive until its log lines and spans are written. */
export function waitUntilLogsFlushed(): void {
  waitUntil(Promise.all([log().ready(), spanExporter()?.flush()]));
}
