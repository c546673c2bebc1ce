import type { AppContext } from "../../app-context";
import { isKey } from "../../storage/key";
import type { Storage } from "../../storage/storage";
import { type ExpectedObjects, findExpectedObjects } from "./expected-objects";
import type { Finding } from "./finding";

type ReconcileContext = Pick<AppContext, "db" | "storages">;
type UnknownFinding = Extract<Finding, { kind: "unknown" }>;
type FileFinding = Exclude<Finding, UnknownFinding>;

/** Objects that are asked about at once. */
const CONCURRENCY = 16;

/**
 * The second look: of these findings those that are true, and not the trace of something that moved while the two sides were read one after the
 * other. The order of the looks is what makes that certain. Bytes are there before a row counts on them and go after it has stopped: where the
 * object is asked for first and the row still counts on it afterwards, it has counted on it all along. Rows are there before bytes that nobody
 * counts on and go after them: where no row speaks of the object and it is there afterwards, none has spoken of it. Keys never come back.
 */
export async function confirmFindings(deps: ReconcileContext, findings: readonly Finding[]): Promise<Finding[]> {
  const unknown = findings.filter((finding) => finding.kind === "unknown");
  const known = findings.filter((finding) => finding.kind !== "unknown");
  return [...(await confirmUnknownFindings(deps, unknown)), ...(await confirmFileFindings(deps, known))];
}

async function confirmFileFindings({ db, storages }: ReconcileContext, findings: readonly FileFinding[]): Promise<Finding[]> {
  const sizes = await mapInBatches(findings, async ({ storage, key }) => (await storages[storage].stat(key))?.size);
  const expectations = new Map<string, number>();
  for (const storage of ["private", "public"] as const) {
    const ids = findings.filter((finding) => finding.storage === storage).map(({ fileId }) => fileId);
    if (ids.length === 0) continue;
    for (const { sizeByKey: objects } of await findExpectedObjects(db, storage, { ids }))
      for (const [key, size] of objects) expectations.set(`${storage} ${key}`, size);
  }
  return findings.flatMap(({ storage, key, fileId }, index): Finding[] => {
    const [expected, found] = [expectations.get(`${storage} ${key}`), sizes[index]];
    if (expected === undefined || expected === found) return [];
    if (found === undefined) return [{ kind: "missing", storage, key, fileId }];
    return [{ kind: "mismatched", storage, key, fileId, expected, found }];
  });
}

async function confirmUnknownFindings(deps: ReconcileContext, findings: readonly UnknownFinding[]): Promise<Finding[]> {
  const stray: UnknownFinding[] = [];
  for (const storage of ["private", "public"] as const)
    stray.push(
      ...(await filterUnreferenced(
        deps,
        storage,
        findings.filter((finding) => finding.storage === storage),
      )),
    );
  const sizes = await mapInBatches(stray, (finding) => findCurrentSize(deps.storages[finding.storage], finding));
  return stray.flatMap((finding, index): Finding[] => {
    const size = sizes[index];
    return size === undefined ? [] : [{ ...finding, size }];
  });
}

/** Undefined where it is not there (any more). */
async function findCurrentSize(storage: Storage, { key, size, multipartId }: UnknownFinding): Promise<number | undefined> {
  // Under a name that no row can have, and no method of ours takes: what the listing says has to do.
  if (!isKey(key)) return size;
  if (multipartId === undefined) return (await storage.stat(key))?.size;
  const parts = await storage.listParts(key, multipartId);
  return parts?.reduce((sum, part) => sum + part.size, 0);
}

/** Those that no row speaks of. One snapshot for all tables: bytes pass from one to another within a transaction, and never stand between them. */
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
  const live = new Set(uploads.map(({ key }) => key));
  return findings.filter((finding) => {
    const { key, multipartId } = finding;
    if (live.has(key)) return false;
    const doomed = purges.some(
      (purge) =>
        (purge.prefix === key && (multipartId === undefined || purge.multipartId === multipartId)) ||
        (multipartId === undefined && purge.prefix.endsWith("/") && key.startsWith(purge.prefix)),
    );
    if (doomed) return false;
    return multipartId !== undefined || !parentPrefixes(key).some((folder) => isExpectedKey(byPrefix.get(folder), key));
  });
}

/** An object of the wrong size is no unknown one; the look at it comes in its own time. */
function isExpectedKey(expected: ExpectedObjects | undefined, key: string): boolean {
  if (!expected) return false;
  return expected.sizeByKey.has(key) || (expected.optionalPrefix !== null && key.startsWith(expected.optionalPrefix));
}

/** `a/b/c` lies in `a/` and in `a/b/`. */
function parentPrefixes(key: string): string[] {
  return [...key.matchAll(/\//g)]
    .map(({ index }) => key.slice(0, index + 1))
    .filter((folder) => folder !== key);
}

async function mapInBatches<T, R>(all: readonly T[], look: (each: T) => Promise<R>): Promise<R[]> {
  const found: R[] = [];
  for (let at = 0; at < all.length; at += CONCURRENCY)
    found.push(...(await Promise.all(all.slice(at, at + CONCURRENCY).map(look))));
  return found;
}
