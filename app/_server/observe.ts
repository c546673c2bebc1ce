import type { Instrumentation } from "next";
import { env } from "@/lib/env";
import { bridgeConsole, logOnce } from "@/lib/log/console";
import { currentRequest } from "@/lib/requests/current";
import { keepSpans } from "@/lib/requests/kept-spans";
import { log } from "./log";

type Context = Parameters<Instrumentation.onRequestError>[2];

/** What listens to the whole server; in development Next's own words, with everything in them, are what one wants to read. */
export async function observe(): Promise<void> {
  const {
    NODE_ENV,
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    OTEL_EXPORTER_OTLP_HEADERS: headers = {},
    OTEL_SERVICE_NAME: service,
  } = env();
  if (NODE_ENV !== "development") bridgeConsole(log());
  if (!endpoint) return;
  const { createSpans } = await import("@/lib/requests/spans");
  keepSpans(createSpans({ endpoint, headers, service }, log()));
}

/** Next prints the same error afterwards, with its words: it is printed once, and without them. */
export function pageFailed(thrown: unknown, headers: NodeJS.Dict<string | string[]>, context: Context): void {
  const { routePath, routeType } = context;
  const digest =
    typeof thrown === "object" && thrown !== null && "digest" in thrown ? String(thrown.digest) : undefined;
  const given = headers["x-dossier-request"];
  const request = currentRequest()?.id ?? (typeof given === "string" ? given : undefined);
  logOnce(log(), "A page could not be made.", thrown, {
    route: routePath,
    kind: routeType,
    ...(digest !== undefined && /^\d{1,20}$/.test(digest) ? { digest } : {}),
    ...(request === undefined ? {} : { request }),
  });
}
