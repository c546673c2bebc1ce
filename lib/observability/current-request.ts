import { AsyncLocalStorage } from "node:async_hooks";

/** The request that this asynchronous context handles. */
export type CurrentRequest = {
  /** In the log and in the response. Contains no data. */
  readonly id: string;
  /** `performance.now()` at its start. */
  readonly startedAt: number;
  /** Milliseconds of waiting, by name. Empty unless measuring is on. */
  readonly waits: Map<string, number>;
};

// One per process: Next loads this module once per bundle, and the HTTP server again.
const processGlobals = globalThis as typeof globalThis & {
  dossierRequestStorage?: AsyncLocalStorage<CurrentRequest>;
};

function requestStorage(): AsyncLocalStorage<CurrentRequest> {
  processGlobals.dossierRequestStorage ??= new AsyncLocalStorage();
  return processGlobals.dossierRequestStorage;
}

export function currentRequest(): CurrentRequest | undefined {
  return requestStorage().getStore();
}

/** Runs `work` with this request as the current one. */
export function runWithRequest<T>(request: CurrentRequest, work: () => T): T {
  return requestStorage().run(request, work);
}

export function createRequest(id: string): CurrentRequest {
  return { id, startedAt: performance.now(), waits: new Map() };
}

/** Adds the time until `work` settles to the current request, under this name. */
export async function measureWait<T>(name: string, work: () => Promise<T>): Promise<T> {
  const start = performance.now();
  try {
    return await work();
  } finally {
    addWaitTime(name, performance.now() - start);
  }
}

export function addWaitTime(name: string, milliseconds: number, request = currentRequest()): void {
  request?.waits.set(name, (request.waits.get(name) ?? 0) + milliseconds);
}
