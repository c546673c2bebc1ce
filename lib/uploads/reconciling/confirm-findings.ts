import type { AppContext } from "../../app-context";
import { mapConcurrently } from "../../concurrency";
import { isKey } from "../../storage/key";
import type { Storage } from "../../storage/storage";
import { type ExpectedObjects, findExpectedObjects } from "./expected-objects";
import type { Finding } from "./finding";

type ReconcileContext = Pick<AppContext, "db" | "storages">;
type UnknownFinding = Extract<Finding, { kind: "unknown" }>;
type FileFinding = Exclude<Finding, UnknownFinding>;

/** Concurrent requests to the store. */
const CONCURRENCY = 16;

/**
 * Checks the findings a second time and returns the true ones. A change between the two streams of
 * the comparison causes false ones. The order of the reads decides:
 *
 * - Bytes exist before a row expects them, and are deleted after it has stopped expecting them. So
 *   a missing or mismatched object is read first, its row second.
 * - An upload or purge row exists before its bytes, and is deleted after them. So the rows of an
 *   unknown object are read first, the object second.
 *
 * Keys are never used again.
 */
export async function confirmFindings(
  context: ReconcileContext,
  findings: readonly Finding[],
): Promise<Finding[]> {
  const unknown = findings.filter((finding) => finding.kind === "unknown");
  const known = findings.filter((finding) => finding.kind !== "unknown");
  return [
    ...(await confirmUnknownFindings(context, unknown)),
    ...(await confirmFileFindings(context, known)),
  ];
}

async function confirmFileFindings(
  { db, storages }: ReconcileContext,
  findings: readonly FileFinding[],
): Promise<Finding[]> {
  const sizes = await mapConcurrently(
    findings,
    CONCURRENCY,
    async ({ storage, key }) => (await storages[storage].stat(key))?.size,
  );
  const expectations = new Map<string, number>();
  for (const storage of ["private", "public"] as const) {
    const ids = findings.filter((finding) => finding.storage === storage).map(({ fileId }) => fileId);
    if (ids.length === 0) continue;
    for (const { sizeByKey } of await findExpectedObjects(db, storage, { ids }))
      for (const [key, size] of sizeByKey) expectations.set(`${storage} ${key}`, size);
  }
  return findings.flatMap(({ storage, key, fileId }, index): Finding[] => {
    const [expected, found] = [expectations.get(`${storage} ${key}`), sizes[index]];
    if (expected === undefined || expected === found) return [];
    if (found === undefined) return [{ kind: "missing", storage, key, fileId }];
    return [{ kind: "mismatched", storage, key, fileId, expected, found }];
  });
}

async function confirmUnknownFindings(
  context: ReconcileContext,
  findings: readonly UnknownFinding[],
): Promise<Finding[]> {
  const unreferenced: UnknownFinding[] = [];
  for (const storage of ["private", "public"] as const)
    unreferenced.push(
      ...(await filterUnreferenced(
        context,
        storage,
        findings.filter((finding) => finding.storage === storage),
      )),
    );
  const sizes = await mapConcurrently(unreferenced, CONCURRENCY, (finding) =>
    findCurrentSize(context.storages[finding.storage], finding),
  );
  return unreferenced.flatMap((finding, index): Finding[] => {
    const size = sizes[index];
    return size === undefined ? [] : [{ ...finding, size }];
  });
}

/** Returns the size of the object or of the received parts; undefined if neither exists. */
async function findCurrentSize(
  storage: Storage,
  { key, size, multipartId }: UnknownFinding,
): Promise<number | undefined> {
  // No row can have this key and no storage method accepts it. The listing has its size.
  if (!isKey(key)) return size;
  if (multipartId === undefined) return (await storage.stat(key))?.size;
  const parts = await storage.listParts(key, multipartId);
  return parts?.reduce((sum, part) => sum + part.size, 0);
}

/**
 * Keeps the findings that no row references. One snapshot: a transaction moves a reference between
 * tables.
 */
async function filterUnreferenced(
  { db }: ReconcileContext,
  storage: Finding["storage"],
  findings: readonly UnknownFinding[],
): Promise<UnknownFinding[]> {
  if (findings.length === 0) return [];
  const keys = findings.map(({ key }) => key);
  const prefixes = [...new Set(keys.flatMap(parentPrefixes))];
  const { files, uploads, purges } = await db.$transaction(
    async (tx) => ({
      files: await findExpectedObjects(tx, storage, { prefixes }),
      uploads: await tx.upload.findMany({
        where: { key: { in: storage === "private" ? keys : [] }, state: { in: ["issued", "inspecting"] } },
        select: { key: true },
      }),
      purges: await tx.purge.findMany({
        where: { storage, prefix: { in: [...prefixes, ...keys] } },
        select: { prefix: true, multipartId: true },
      }),
    }),
    { isolationLevel: "RepeatableRead" },
  );
  const byPrefix = new Map(files.map((expected) => [expected.prefix, expected]));
  const openKeys = new Set(uploads.map(({ key }) => key));
  return findings.filter((finding) => {
    const { key, multipartId } = finding;
    if (openKeys.has(key)) return false;
    const isPurged = purges.some(
      (purge) =>
        (purge.prefix === key && (multipartId === undefined || purge.multipartId === multipartId)) ||
        (multipartId === undefined && purge.prefix.endsWith("/") && key.startsWith(purge.prefix)),
    );
    if (isPurged) return false;
    return (
      multipartId !== undefined ||
      !parentPrefixes(key).some((folder) => isExpectedKey(byPrefix.get(folder), key))
    );
  });
}

/** The size does not matter here: an object of the wrong size is not an unknown one. */
function isExpectedKey(expected: ExpectedObjects | undefined, key: string): boolean {
  if (!expected) return false;
  return (
    expected.sizeByKey.has(key) ||
    (expected.optionalPrefix !== null && key.startsWith(expected.optionalPrefix))
  );
}

/** Returns `a/` and `a/b/` for `a/b/c`. */
function parentPrefixes(key: string): string[] {
  return [...key.matchAll(/\//g)]
    .map(({ index }) => key.slice(0, index + 1))
    .filter((folder) => folder !== key);
}
