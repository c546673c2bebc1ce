import type { AppContext } from "../app-context";
import { PUBLISHED_HEADS_PREFIX } from "../audit/published-heads";
import { TOMBSTONE_PREFIX } from "../files/tombstones";
import type { ListedObject, StorageClass } from "../storage/storage";
import { compareRowsAndObjects } from "./reconciling/compare-rows-and-objects";
import { confirmFindings } from "./reconciling/confirm-findings";
import { streamExpectedObjects } from "./reconciling/expected-objects";
import type { Finding, ReconcileProgress } from "./reconciling/finding";
import { requireAscendingOrder } from "./reconciling/require-ascending-order";

/** Findings that are confirmed together. */
const BATCH_SIZE = 200;

type ReconcileContext = Pick<AppContext, "db" | "storages">;

/**
 * Yields every difference between database and storage: objects of a row that are missing or have
 * another size, and objects that no row references. Objects of an open upload or a purge, and page
 * images, are no differences. Streams both sides in key order, so that memory stays small. Changes
 * nothing, and may run while the site works. Updates `checked` as it reads. Throws if one side
 * cannot be read or is out of order.
 */
export async function* reconcile(
  context: ReconcileContext,
  checked: ReconcileProgress = { rows: 0, objects: 0 },
): AsyncGenerator<Finding> {
  let batch: Finding[] = [];
  for await (const finding of findDifferences(context, checked)) {
    batch.push(finding);
    if (batch.length < BATCH_SIZE) continue;
    yield* await confirmFindings(context, batch);
    batch = [];
  }
  yield* await confirmFindings(context, batch);
}

async function* findDifferences(
  context: ReconcileContext,
  checked: ReconcileProgress,
): AsyncGenerator<Finding> {
  for (const storage of ["private", "public"] as const) {
    const rows = requireAscendingOrder(
      streamExpectedObjects(context, storage),
      ({ prefix }) => prefix,
      "The rows of the database",
    );
    const objects = requireAscendingOrder(
      listFiles(context, storage),
      ({ key }) => key,
      "The objects of the store",
    );
    yield* compareRowsAndObjects(storage, rows, objects, checked);
    yield* findUnfinishedMultipartUploads(context, storage);
  }
}

/** Prefixes of objects that belong to no file. */
const OTHER_PREFIXES = [PUBLISHED_HEADS_PREFIX, TOMBSTONE_PREFIX];

async function* listFiles(
  { storages }: Pick<AppContext, "storages">,
  storage: StorageClass,
): AsyncGenerator<ListedObject> {
  for await (const object of storages[storage].list(""))
    if (!OTHER_PREFIXES.some((prefix) => object.key.startsWith(prefix))) yield object;
}

/** Yields every multipart upload of the store. The confirmation drops those of open uploads. */
async function* findUnfinishedMultipartUploads(
  { storages }: Pick<AppContext, "storages">,
  storage: StorageClass,
): AsyncGenerator<Finding> {
  for await (const { key, multipartId } of storages[storage].listMultipartUploads(""))
    yield { kind: "unknown", storage, key, size: 0, multipartId };
}
