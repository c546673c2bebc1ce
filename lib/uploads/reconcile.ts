import type { AppContext } from "../app-context";
import type { StorageClass } from "../storage/storage";
import { requireAscendingOrder } from "./reconciling/require-ascending-order";
import { compareRowsAndObjects } from "./reconciling/compare-rows-and-objects";
import { confirmFindings } from "./reconciling/confirm-findings";
import { streamExpectedObjects } from "./reconciling/expected-objects";
import type { ReconcileProgress, Finding } from "./reconciling/finding";

/** Findings that are looked at a second time together. */
const BATCH_SIZE = 200;

/**
 * Everything in which database and storage differ: objects that a row speaks of and that are missing or have another size, and bytes that no row
 * speaks of. Reads both in key order and holds neither; changes nothing; may run beside a site at work. What a live upload or a purge owns is in
 * order, and so is the image of a page. `checked` counts along. Fails where either side cannot be read or comes in another order.
 */
export async function* reconcile(
  deps: Pick<AppContext, "db" | "storages">,
  checked: ReconcileProgress = { rows: 0, objects: 0 },
): AsyncGenerator<Finding> {
  let batch: Finding[] = [];
  for await (const finding of findDifferences(deps, checked)) {
    batch.push(finding);
    if (batch.length < BATCH_SIZE) continue;
    yield* await confirmFindings(deps, batch);
    batch = [];
  }
  yield* await confirmFindings(deps, batch);
}

async function* findDifferences(deps: Pick<AppContext, "db" | "storages">, checked: ReconcileProgress): AsyncGenerator<Finding> {
  for (const storage of ["private", "public"] as const) {
    const rows = requireAscendingOrder(streamExpectedObjects(deps, storage), ({ prefix }) => prefix, "The rows of the database");
    const objects = requireAscendingOrder(deps.storages[storage].list(""), ({ key }) => key, "The objects of the store");
    yield* compareRowsAndObjects(storage, rows, objects, checked);
    yield* findUnfinishedMultipartUploads(deps, storage);
  }
}

/** Uploads in parts that the store has begun and nobody has ended; which of them are alive is seen at the second look, like their sizes. */
async function* findUnfinishedMultipartUploads(
  { storages }: Pick<AppContext, "storages">,
  storage: StorageClass,
): AsyncGenerator<Finding> {
  for await (const { key, multipartId } of storages[storage].listMultipartUploads(""))
    yield { kind: "unknown", storage, key, size: 0, multipartId };
}
