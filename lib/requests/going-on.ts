import type { Log } from "../log/log";
import { reasonOf } from "../reason";

// One per process: Next loads this module once per bundle, and whoever ends the server is in none of them.
const kept = globalThis as typeof globalThis & { dossierGoingOn?: Set<Promise<void>> };

function all(): Set<Promise<void>> {
  kept.dossierGoingOn ??= new Set();
  return kept.dossierGoingOn;
}

/** Keeps what goes on after its answer was given. Nobody hears of its failure but the log; what it leaves behind is found by the next try, or by the sweep. */
export function goOn(log: Log, work: Promise<unknown>): Promise<void> {
  const going = work.then(
    () => undefined,
    (cause: unknown) =>
      log.warn("What went on after its answer came to nothing.", { reason: reasonOf(cause) }),
  );
  all().add(going);
  return going.finally(() => all().delete(going));
}

/** Once nothing goes on any more, or when `milliseconds` have passed. */
export async function nothingGoesOn(milliseconds: number): Promise<void> {
  const { promise: over, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, milliseconds);
  await Promise.race([Promise.all(all()), over]);
  clearTimeout(timer);
}
