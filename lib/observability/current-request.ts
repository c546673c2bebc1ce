import { AsyncLocalStorage } from "node:async_hooks";

/** What is known of the request that is being answered. */
export type CurrentRequest = {
  /** Names it in the log and in the answer; nothing can be learned from it. */
  readonly id: string;
  /** `performance.now()` of its beginning. */
  readonly startedAt: number;
  /** Milliseconds spent waiting, by what for; only where somebody measures. */
  readonly waits: Map<string, number>;
};

// One per process: Next loads this module once per bundle, and the front's is another still.
const processGlobals = globalThis as typeof globalThis & { dossierRequestStorage?: AsyncLocalStorage<CurrentRequest> };

function requestStorage(): AsyncLocalStorage<CurrentRequest> {
  processGlobals.dossierRequestStorage ??= new AsyncLocalStorage();
  return processGlobals.dossierRequestStorage;
}

export function currentRequest(): CurrentRequest | undefined {
  return requestStorage().getStore();
}

/** Everything that `work` begins knows of this request. */
export function runWithRequest<T>(request: CurrentRequest, work: () => T): T {
  return requestStorage().run(request, work);
}

export function createRequest(id: string): CurrentRequest {
  return { id, startedAt: performance.now(), waits: new Map() };
}

/** Counts the time until `work` settles to the current request, under this name. */
export async function measureWait<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    addWaitTime(name, performance.now() - began);
  }
}

export function addWaitTime(name: string, milliseconds: number, request = currentRequest()): void {
  request?.waits.set(name, (request.waits.get(name) ?? 0) + milliseconds);
}
