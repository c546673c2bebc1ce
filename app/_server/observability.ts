import type { Instrumentation } from "next";
import { env } from "@/lib/config/env";
import { redirectConsole, logOnce } from "@/lib/observability/console";
import { currentRequest } from "@/lib/observability/current-request";
import { setSpanExporter } from "@/lib/observability/span-exporter";
import { acceptRequestId } from "@/lib/observability/request-id";
import { readUpstreamRequestId } from "./request-info";
import { log } from "./log";
import { waitUntilLogsFlushed } from "./wait-until";

type RequestErrorContext = Parameters<Instrumentation.onRequestError>[2];

/** What listens to the whole server; in development Next's own words, with everything in them, are what one wants to read. */
export async function startObservability(): Promise<void> {
  const {
    NODE_ENV,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: headers = {},
    OTEL_SERVICE_NAME: service,
  } = env();
  if (NODE_ENV !== "development") redirectConsole(log());
  if (!endpoint) return;
  const { createSpanExporter: createSpans } = await import("@/lib/observability/otlp-span-exporter");
  setSpanExporter(createSpans({ endpoint, headers, service }, log()));
}

/** Next prints the same error afterwards, with its words: it is printed once, and without them. */
export function logPageError(thrown: unknown, headers: NodeJS.Dict<string | string[]>, context: RequestErrorContext): void {
  const { routePath, routeType } = context;
  const digest =
    typeof thrown === "object" && thrown !== null && "digest" in thrown ? String(thrown.digest) : undefined;
  const request = currentRequest()?.id ?? acceptRequestId(readUpstreamRequestId({ get: (name) => singleHeaderValue(headers[name]) }));
  logOnce(log(), "A page could not be made.", thrown, {
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
