import type { CurrentRequest } from "./current-request";

export type FinishedRequest = { method: string; route: string; status: number; ms: number };

/** Takes one finished request at a time; `flush` resolves when all of them are sent, or lost. */
export type SpanExporter = { add(request: CurrentRequest, finished: FinishedRequest): void; flush(): Promise<void> };

// One per process, as the log is.
const processGlobals = globalThis as typeof globalThis & { dossierSpanExporter?: SpanExporter };

/** Undefined unless a collector is set: nothing is made, kept or sent then. */
export function spanExporter(): SpanExporter | undefined {
  return processGlobals.dossierSpanExporter;
}

export function setSpanExporter(made: SpanExporter): void {
  processGlobals.dossierSpanExporter = made;
}
