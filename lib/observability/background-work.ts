import type { Log } from "./log";
import { safeErrorReason } from "./safe-error-reason";

// One per process: Next loads this module once per bundle, and whoever ends the server is in none of them.
const processGlobals = globalThis as typeof globalThis & { dossierBackgroundWork?: Set<Promise<void>> };

function pendingWork(): Set<Promise<void>> {
  processGlobals.dossierBackgroundWork ??= new Set();
  return processGlobals.dossierBackgroundWork;
}

/** Keeps what goes on after its answer was given. Nobody hears of its failure but the log; what it leaves behind is found by the next try, or by the sweep. */
export function runInBackground(log: Log, work: Promise<unknown>): Promise<void> {
  const going = work.then(
    () => undefined,
    (cause: unknown) =>
      log.warn("What went on after its answer came to nothing.", { reason: safeErrorReason(cause) }),
  );
  pendingWork().add(going);
  return going.finally(() => pendingWork().delete(going));
}

/** Once nothing goes on any more, or when `milliseconds` have passed. */
export async function waitForBackgroundWork(milliseconds: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([Promise.all(pendingWork()), over]);
  clearTimeout(timer);
}
