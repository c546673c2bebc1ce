/**
 * Runs `work` for all items at once and waits for every one. Then it fails with the first failure
 * in the order of the items: work that still runs after a failure would write where the caller
 * cleans up.
 */
export async function runAll<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (const result of await Promise.allSettled(items.map(work)))
    if (result.status === "rejected") throw result.reason;
}

/**
 * Maps items with at most `limit` concurrent calls, and returns the results in order. After a
 * failure no further call starts. Rejects with the first failure once the running calls have
 * settled: a call that continues in the background could write after the caller has cleaned up.
 */
export async function mapConcurrently<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const [results, errors]: [R[], unknown[]] = [[], []];
  const source = iterate(items);
  let count = 0;
  // The workers share one iterator. A worker that ends early closes it for all.
  const runWorker = async () => {
    try {
      for await (const item of source) {
        const index = count++;
        results[index] = await work(item);
      }
    } catch (error) {
      errors.push(error);
    }
  };
  await Promise.all(Array.from({ length: limit }, runWorker));
  if (errors.length > 0) throw errors[0];
  return results;
}

async function* iterate<T>(items: Iterable<T> | AsyncIterable<T>): AsyncGenerator<T> {
  yield* items;
}
