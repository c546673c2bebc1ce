import { randomBytes } from "node:crypto";
import type { Log } from "../log/log";
import { reasonOf } from "../reason";
import type { CurrentRequest } from "./current";
import type { Finished, Spans } from "./kept-spans";

export type Collector = {
  /** Of OTEL_EXPORTER_OTLP_ENDPOINT: `/v1/traces` is added. */
  endpoint: string;
  /** Of OTEL_EXPORTER_OTLP_HEADERS: what lets us in. */
  headers: Record<string, string>;
  service: string;
};

const EVERY = 2_000;
const AT_ONCE = 256;
const MOST = 2_048;
const PATIENCE = 5_000;

const SERVER = 2;
const CLIENT = 3;
const ERROR = 2;

/**
 * Sends spans as OTLP/HTTP in JSON, which every collector of OpenTelemetry takes, in batches and behind everybody's back: a collector that is away costs
 * nothing but the spans. What is in them is made here and nowhere else: method, route, status, times.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function createSpans({ endpoint, headers, service }: Collector, log: Log): Spans {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const resource = { attributes: attributes({ "service.name": service }) };
  let queue: object[] = [];
  let timer: NodeJS.Timeout | undefined;
  let underWay: Promise<unknown> = Promise.resolve();

  /** Also those wait that were sent before and have not arrived. */
  async function flush(): Promise<void> {
    underWay = Promise.all([underWay, send()]);
    await underWay;
  }

  async function send(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const sent = queue;
    queue = [];
    if (sent.length === 0) return;
    try {
      const answer = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({
          resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "dossier" }, spans: sent }] }],
        }),
        redirect: "error",
        signal: AbortSignal.timeout(PATIENCE),
      });
      await answer.body?.cancel();
      if (!answer.ok)
        log.warn("The collector of spans refuses them.", { status: answer.status, lost: sent.length });
    } catch (cause) {
      log.warn("The collector of spans is away.", { reason: reasonOf(cause), lost: sent.length });
    }
  }

  return {
    add(request, finished) {
      if (queue.length >= MOST) return;
      queue.push(...spansOf(request, finished));
      if (queue.length >= AT_ONCE) void flush();
      else timer ??= setTimeout(flush, EVERY).unref();
    },
    flush,
  };
}

/** The request, and below it one span for each thing that it waited for; of several waits for the same thing, their sum. */
function spansOf(request: CurrentRequest, { method, route, status, ms }: Finished): object[] {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  const began = Date.now() - ms;
  const facts = {
    "http.request.method": method,
    "http.route": route,
    "http.response.status_code": status,
    "dossier.request": request.id,
  };
  const served = {
    ...span({ traceId, spanId, name: `${method} ${route}`, kind: SERVER, began, ms }),
    attributes: attributes(facts),
    ...(status >= 500 ? { status: { code: ERROR } } : {}),
  };
  const waits = [...request.waits].map(([name, spent]) => ({
    ...span({ traceId, spanId: randomBytes(8).toString("hex"), name, kind: CLIENT, began, ms: spent }),
    parentSpanId: spanId,
  }));
  return [served, ...waits];
}

type Span = { traceId: string; spanId: string; name: string; kind: number; began: number; ms: number };

function span({ began, ms, ...rest }: Span): object {
  return { ...rest, startTimeUnixNano: nanoseconds(began), endTimeUnixNano: nanoseconds(began + ms) };
}

function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}

function attributes(facts: Record<string, string | number>): object[] {
  return Object.entries(facts).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}
