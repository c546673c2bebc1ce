import { AsyncLocalStorage } from "node:async_hooks";

/** What is known of the request that is being answered. */
export type CurrentRequest = {
  /** Names it in the log and in the answer; nothing can be learned from it. */
  readonly id: string;
  /** `performance.now()` of its beginning. */
  readonly began: number;
  /** Milliseconds spent waiting, by what for; only where somebody measures. */
  readonly waits: Map<string, number>;
};

// One per process: Next loads this module once per bundle, and the front's is another still.
const kept = globalThis as typeof globalThis & { dossierRequests?: AsyncLocalStorage<CurrentRequest> };

function requests(): AsyncLocalStorage<CurrentRequest> {
  kept.dossierRequests ??= new AsyncLocalStorage();
  return kept.dossierRequests;
}

export function currentRequest(): CurrentRequest | undefined {
  return requests().getStore();
}

/** Everything that `work` begins knows of this request. */
export function during<T>(request: CurrentRequest, work: () => T): T {
  return requests().run(request, work);
}

export function beginning(id: string): CurrentRequest {
  return { id, began: performance.now(), waits: new Map() };
}

/** Counts the time until `work` settles to the current request, under this name. */
export async function waiting<T>(name: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    count(name, performance.now() - began);
  }
}

export function count(name: string, milliseconds: number, request = currentRequest()): void {
  request?.waits.set(name, (request.waits.get(name) ?? 0) + milliseconds);
}
