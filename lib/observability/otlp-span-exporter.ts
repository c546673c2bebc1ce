import { randomBytes } from "node:crypto";
import type { Log } from "./log";
import { safeErrorReason } from "./safe-error-reason";
import type { CurrentRequest } from "./current-request";
import type { FinishedRequest, SpanExporter } from "./span-exporter";

export type CollectorSettings = {
  /** Of OTEL_EXPORTER_OTLP_ENDPOINT: `/v1/traces` is added. */
  endpoint: string;
  /** Of OTEL_EXPORTER_OTLP_HEADERS: what lets us in. */
  headers: Record<string, string>;
  service: string;
};

const FLUSH_INTERVAL_MS = 2_000;
const BATCH_SIZE = 256;
const MAX_QUEUED_SPANS = 2_048;
const TIMEOUT_MS = 5_000;

const SPAN_KIND_SERVER = 2;
const SPAN_KIND_CLIENT = 3;
const STATUS_CODE_ERROR = 2;

/**
 * Sends spans as OTLP/HTTP in JSON, which every collector of OpenTelemetry takes, in batches and behind everybody's back: a collector that is away costs
 * nothing but the spans. What is in them is made here and nowhere else: method, route, status, times.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function createSpanExporter({ endpoint, headers, service }: CollectorSettings, log: Log): SpanExporter {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const resource = { attributes: toOtlpAttributes({ "service.name": service }) };
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
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await answer.body?.cancel();
      if (!answer.ok)
        log.warn("The collector of spans refuses them.", { status: answer.status, lost: sent.length });
    } catch (cause) {
      log.warn("The collector of spans is away.", { reason: safeErrorReason(cause), lost: sent.length });
    }
  }

  return {
    add(request, finished) {
      if (queue.length >= MAX_QUEUED_SPANS) return;
      queue.push(...buildSpans(request, finished));
      if (queue.length >= BATCH_SIZE) void flush();
      else timer ??= setTimeout(flush, FLUSH_INTERVAL_MS).unref();
    },
    flush,
  };
}

/** The request, and below it one span for each thing that it waited for; of several waits for the same thing, their sum. */
function buildSpans(request: CurrentRequest, { method, route, status, ms }: FinishedRequest): object[] {
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
    ...buildSpan({ traceId, spanId, name: `${method} ${route}`, kind: SPAN_KIND_SERVER, began, ms }),
    attributes: toOtlpAttributes(facts),
    ...(status >= 500 ? { status: { code: STATUS_CODE_ERROR } } : {}),
  };
  const waits = [...request.waits].map(([name, spent]) => ({
    ...buildSpan({ traceId, spanId: randomBytes(8).toString("hex"), name, kind: SPAN_KIND_CLIENT, began, ms: spent }),
    parentSpanId: spanId,
  }));
  return [served, ...waits];
}

type SpanInput = { traceId: string; spanId: string; name: string; kind: number; began: number; ms: number };

function buildSpan({ began, ms, ...rest }: SpanInput): object {
  return { ...rest, startTimeUnixNano: toNanoseconds(began), endTimeUnixNano: toNanoseconds(began + ms) };
}

function toNanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}

function toOtlpAttributes(facts: Record<string, string | number>): object[] {
  return Object.entries(facts).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}
