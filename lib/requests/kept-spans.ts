import type { CurrentRequest } from "./current";

export type Finished = { method: string; route: string; status: number; ms: number };

/** Takes one finished request at a time; `flush` resolves when all of them are sent, or lost. */
export type Spans = { add(request: CurrentRequest, finished: Finished): void; flush(): Promise<void> };

// One per process, as the log is.
const kept = globalThis as typeof globalThis & { dossierSpans?: Spans };

/** Undefined unless a collector is set: nothing is made, kept or sent then. */
export function spans(): Spans | undefined {
  return kept.dossierSpans;
}

export function keepSpans(made: Spans): void {
  kept.dossierSpans = made;
}
