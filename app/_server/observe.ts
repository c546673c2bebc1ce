import type { Instrumentation } from "next";
import { env } from "@/lib/env";
import { bridgeConsole, logOnce } from "@/lib/log/console";
import { currentRequest } from "@/lib/requests/current";
import { keepSpans } from "@/lib/requests/kept-spans";
import { wellFormedId } from "@/lib/requests/request-id";
import { givenId } from "./hand-over";
import { log } from "./log";
import { untilSaid } from "./until-done";

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
  const request = currentRequest()?.id ?? wellFormedId(givenId({ get: (name) => one(headers[name]) }));
  logOnce(log(), "A page could not be made.", thrown, {
    route: routePath,
    kind: routeType,
    ...(digest !== undefined && /^\d{1,20}$/.test(digest) ? { digest } : {}),
    ...(request === undefined ? {} : { request }),
  });
  untilSaid();
}

function one(value: string | string[] | undefined): string | null {
  return typeof value === "string" ? value : null;
}
