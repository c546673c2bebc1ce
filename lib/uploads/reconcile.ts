import type { Deps } from "../deps";
import type { StorageClass } from "../storage/storage";
import { ascending } from "./reconciling/ascending";
import { compare } from "./reconciling/compare";
import { confirm } from "./reconciling/confirm";
import { expectedIn } from "./reconciling/expected";
import type { Checked, Finding } from "./reconciling/finding";

/** Findings that are looked at a second time together. */
const BATCH = 200;

/**
 * Everything in which database and storage differ: objects that a row speaks of and that are missing or have another size, and bytes that no row
 * speaks of. Reads both in key order and holds neither; changes nothing; may run beside a site at work. What a live upload or a purge owns is in
 * order, and so is the image of a page. `checked` counts along. Fails where either side cannot be read or comes in another order.
 */
export async function* reconcile(
  deps: Pick<Deps, "db" | "storages">,
  checked: Checked = { rows: 0, objects: 0 },
): AsyncGenerator<Finding> {
  let batch: Finding[] = [];
  for await (const finding of firstLook(deps, checked)) {
    batch.push(finding);
    if (batch.length < BATCH) continue;
    yield* await confirm(deps, batch);
    batch = [];
  }
  yield* await confirm(deps, batch);
}

async function* firstLook(deps: Pick<Deps, "db" | "storages">, checked: Checked): AsyncGenerator<Finding> {
  for (const storage of ["private", "public"] as const) {
    const rows = ascending(expectedIn(deps, storage), ({ prefix }) => prefix, "The rows of the database");
    const objects = ascending(deps.storages[storage].list(""), ({ key }) => key, "The objects of the store");
    yield* compare(storage, rows, objects, checked);
    yield* unfinished(deps, storage);
  }
}

/** Uploads in parts that the store has begun and nobody has ended; which of them are alive is seen at the second look, like their sizes. */
async function* unfinished(
  { storages }: Pick<Deps, "storages">,
  storage: StorageClass,
): AsyncGenerator<Finding> {
  for await (const { key, multipartId } of storages[storage].listUnfinished(""))
    yield { kind: "unknown", storage, key, size: 0, multipartId };
}
