import type { Instrumentation } from "next";
import { env } from "@/lib/config/env";
import { logOnce, redirectConsole } from "@/lib/observability/console";
import { currentRequest } from "@/lib/observability/current-request";
import { acceptRequestId } from "@/lib/observability/request-id";
import { setSpanExporter } from "@/lib/observability/span-exporter";
import { log } from "./log";
import { readUpstreamRequestId } from "./request-info";
import { waitUntilLogsFlushed } from "./wait-until";

type RequestErrorContext = Parameters<Instrumentation.onRequestError>[2];

/**
 * Redirects the console to the log and starts the span exporter if a collector is configured. In
 * development the console keeps the detailed output of Next.
 */
export async function startObservability(): Promise<void> {
  const {
    NODE_ENV,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: headers = {},
    OTEL_SERVICE_NAME: service,
  } = env();
  if (NODE_ENV !== "development") redirectConsole(log());
  if (!endpoint) return;
  const { createSpanExporter } = await import("@/lib/observability/otlp-span-exporter");
  setSpanExporter(createSpanExporter({ endpoint, headers, service }, log()));
}

/** Logs the error of a page once, without its message. Next prints the same error again later. */
export function logPageError(
  error: unknown,
  headers: NodeJS.Dict<string | string[]>,
  context: RequestErrorContext,
): void {
  const { routePath, routeType } = context;
  const digest =
    typeof error === "object" && error !== null && "digest" in error ? String(error.digest) : undefined;
  const upstreamId = readUpstreamRequestId({ get: (name) => singleHeaderValue(headers[name]) });
  const request = currentRequest()?.id ?? acceptRequestId(upstreamId);
  logOnce(log(), "A page failed to render.", error, {
    route: routePath,
    kind: routeType,
    ...(digest !== undefined && /^\d{1,20}$/.test(digest) ? { digest } : {}),
    ...(request === undefined ? {} : { request }),
  });
  waitUntilLogsFlushed();
}

function singleHeaderValue(value: string | string[] | undefined): string | null {
  return typeof value === "string" ? value : null;
}
