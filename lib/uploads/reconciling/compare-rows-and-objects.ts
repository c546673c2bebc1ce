import { compareBytes } from "../../storage/key";
import type { StorageClass } from "../../storage/storage";
import type { ExpectedObjects } from "./expected-objects";
import type { Finding, ReconcileProgress } from "./finding";

/**
 * Merges rows and objects, both in the byte order of their names, and yields the differences. Holds
 * one file and one object in memory. Each row and object is as old as the page it was read in.
 */
export async function* compareRowsAndObjects(
  storage: StorageClass,
  rows: AsyncIterable<ExpectedObjects>,
  objects: AsyncIterable<{ key: string; size: number }>,
  checked: ReconcileProgress,
): AsyncGenerator<Finding> {
  const listing = objects[Symbol.asyncIterator]();
  try {
    let next = await listing.next();
    const advance = async () => {
      checked.objects += 1;
      next = await listing.next();
    };
    for await (const row of rows) {
      if (storage === "private") checked.rows += 1;
      for (; !next.done && compareBytes(next.value.key, row.prefix) < 0; await advance())
        yield { kind: "unknown", storage, key: next.value.key, size: next.value.size };
      const { fileId } = row;
      const missing = new Map(row.sizeByKey);
      for (; !next.done && next.value.key.startsWith(row.prefix); await advance()) {
        const { key, size: found } = next.value;
        const expected = missing.get(key);
        missing.delete(key);
        if (expected === undefined) {
          if (row.optionalPrefix === null || !key.startsWith(row.optionalPrefix))
            yield { kind: "unknown", storage, key, size: found };
        } else if (expected !== found) yield { kind: "mismatched", storage, key, fileId, expected, found };
      }
      for (const key of missing.keys()) yield { kind: "missing", storage, key, fileId };
    }
    for (; !next.done; await advance())
      yield { kind: "unknown", storage, key: next.value.key, size: next.value.size };
  } finally {
    await listing.return?.();
  }
}
