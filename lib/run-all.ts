/**
 * Does the same for each, all at once, and fails with the first failure in their order. Every one of them is over by then: what went on after a
 * failure was told would write where somebody else has cleared up already.
 */
export async function runAll<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled(all.map(work)))
    if (result.status === "rejected") throw result.reason;
}
