import { spanExporter } from "@/lib/observability/span-exporter";
import { log } from "./log";

type VercelRequestContext = { get?: () => { waitUntil?: (work: Promise<unknown>) => void } | undefined };

/** A function may be frozen as soon as it has answered: the platform is asked to wait for this. */
export function waitUntil(work: Promise<unknown>): void {
  const platform: VercelRequestContext | undefined = Reflect.get(globalThis, Symbol.for("@vercel/request-context"));
  platform?.get?.()?.waitUntil?.(work);
}

/** And for what is still to be written. */
export function waitUntilLogsFlushed(): void {
  waitUntil(Promise.all([log().ready(), spanExporter()?.flush()]));
}
