import type { Log } from "./log";
import { safeErrorReason } from "./safe-error-reason";

// One per process: Next loads this module once per bundle, and the server's start-up code again.
const processGlobals = globalThis as typeof globalThis & { dossierBackgroundWork?: Set<Promise<void>> };

function pendingWork(): Set<Promise<void>> {
  processGlobals.dossierBackgroundWork ??= new Set();
  return processGlobals.dossierBackgroundWork;
}

/**
 * Runs work that continues after the response, and logs its failure. A later request or the sweep
 * job finishes what a failed run leaves.
 */
export function runInBackground(log: Log, work: Promise<unknown>): Promise<void> {
  const pending = work.then(
    () => undefined,
    (error: unknown) => log.warn("Background work failed.", { reason: safeErrorReason(error) }),
  );
  pendingWork().add(pending);
  return pending.finally(() => pendingWork().delete(pending));
}

/** Resolves when no background work is left, or after `milliseconds`. */
export async function waitForBackgroundWork(milliseconds: number): Promise<void> {
  const { promise: timeout, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([Promise.all(pendingWork()), timeout]);
  clearTimeout(timer);
}
