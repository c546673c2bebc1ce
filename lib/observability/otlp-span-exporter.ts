import { randomBytes } from "node:crypto";
import type { CurrentRequest } from "./current-request";
import type { Log } from "./log";
import { safeErrorReason } from "./safe-error-reason";
import type { FinishedRequest, SpanExporter } from "./span-exporter";

export type CollectorSettings = {
  /** OTEL_EXPORTER_OTLP_ENDPOINT, without `/v1/traces`. */
  endpoint: string;
  /** OTEL_EXPORTER_OTLP_HEADERS: our credentials. */
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
 * Sends spans as OTLP/HTTP in JSON, in batches and in the background. If the collector is
 * unavailable, they are lost. A span contains method, route, status and times.
 * https://opentelemetry.io/docs/specs/otlp/#otlphttp
 * https://opentelemetry.io/docs/specs/semconv/http/http-spans/
 */
export function createSpanExporter(
  { endpoint, headers, service }: CollectorSettings,
  log: Log,
): SpanExporter {
  const url = `${endpoint.replace(/\/+$/, "")}/v1/traces`;
  const resource = { attributes: toOtlpAttributes({ "service.name": service }) };
  let queue: object[] = [];
  let timer: NodeJS.Timeout | undefined;
  let pending: Promise<unknown> = Promise.resolve();

  /** Waits for earlier batches too. */
  async function flush(): Promise<void> {
    pending = Promise.all([pending, send()]);
    await pending;
  }

  async function send(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    const spans = queue;
    queue = [];
    if (spans.length === 0) return;
    try {
      const response = await fetch(url, {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({
          resourceSpans: [{ resource, scopeSpans: [{ scope: { name: "dossier" }, spans }] }],
        }),
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      if (!response.ok)
        log.warn("The collector refused spans.", { status: response.status, lost: spans.length });
    } catch (error) {
      log.warn("The collector is unavailable.", { reason: safeErrorReason(error), lost: spans.length });
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

/** Builds the request's span and a child span for each name that it waited for. */
function buildSpans(request: CurrentRequest, { method, route, status, ms }: FinishedRequest): object[] {
  const traceId = randomBytes(16).toString("hex");
  const spanId = randomBytes(8).toString("hex");
  const start = Date.now() - ms;
  const attributes = {
    "http.request.method": method,
    "http.route": route,
    "http.response.status_code": status,
    "dossier.request": request.id,
  };
  const serverSpan = {
    ...buildSpan({ traceId, spanId, name: `${method} ${route}`, kind: SPAN_KIND_SERVER, start, ms }),
    attributes: toOtlpAttributes(attributes),
    ...(status >= 500 ? { status: { code: STATUS_CODE_ERROR } } : {}),
  };
  const waits = [...request.waits].map(([name, waited]) => ({
    ...buildSpan({
      traceId,
      spanId: randomBytes(8).toString("hex"),
      name,
      kind: SPAN_KIND_CLIENT,
      start,
      ms: waited,
    }),
    parentSpanId: spanId,
  }));
  return [serverSpan, ...waits];
}

type SpanInput = { traceId: string; spanId: string; name: string; kind: number; start: number; ms: number };

function buildSpan({ start, ms, ...rest }: SpanInput): object {
  return { ...rest, startTimeUnixNano: toNanoseconds(start), endTimeUnixNano: toNanoseconds(start + ms) };
}

function toNanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds * 1000)}000`;
}

function toOtlpAttributes(attributes: Record<string, string | number>): object[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "number" ? { intValue: String(value) } : { stringValue: value },
  }));
}
