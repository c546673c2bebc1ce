/**
 * Runs `work` for all items at once and waits for every one. Then it fails with the first failure
 * in the order of the items: work that still runs after a failure would write where the caller
 * cleans up.
 */
export async function runAll<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled(items.map(work)))
    if (result.status === "rejected") throw result.reason;
}

/** Runs `work` for `batchSize` items at once, in order. After a failure no further batch starts. */
export async function mapInBatches<T, R>(
  items: readonly T[],
  batchSize: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += batchSize)
    results.push(...(await Promise.all(items.slice(from, from + batchSize).map(work))));
  return results;
}
