import type { CurrentRequest } from "./current-request";

export type FinishedRequest = { method: string; route: string; status: number; ms: number };

/** Queues finished requests. `flush` resolves when all are sent or lost. */
export type SpanExporter = {
  add(request: CurrentRequest, finished: FinishedRequest): void;
  flush(): Promise<void>;
};

// One per process, as the log.
const processGlobals = globalThis as typeof globalThis & { dossierSpanExporter?: SpanExporter };

/** Undefined unless a collector is set. */
export function spanExporter(): SpanExporter | undefined {
  return processGlobals.dossierSpanExporter;
}

export function setSpanExporter(exporter: SpanExporter): void {
  processGlobals.dossierSpanExporter = exporter;
}
