import { secondsFromNow, type AppContext } from "../app-context";
import { safeErrorReason } from "../observability/safe-error-reason";

type MultipartUpload = { key: string; multipartId: string };

const BATCH_SIZE = 200;

/**
 * Attempts in parts that the store still keeps, and no living upload speaks of: begun by a process that ended before it could write down their
 * name, or left over where an abort failed. Older than any ticket lives and the grace. Hands them out a batch at a time.
 */
export async function* listAbandonedMultipartUploads(
  { db, storages, clock, limits }: AppContext,
  signal?: AbortSignal,
): AsyncGenerator<MultipartUpload[]> {
  const before = secondsFromNow(clock, -(limits.multipartTtl + limits.sweepGrace));
  const abandoned = async (attempts: MultipartUpload[]) => {
    const alive = await db.upload.findMany({
      where: { key: { in: attempts.map(({ key }) => key) }, state: { in: ["issued", "inspecting"] } },
      select: { key: true, multipartId: true },
    });
    const named = new Set(alive.map(({ key, multipartId }) => `${key} ${multipartId}`));
    return attempts.filter(({ key, multipartId }) => !named.has(`${key} ${multipartId}`));
  };
  let batch: MultipartUpload[] = [];
  for await (const { key, multipartId, initiatedAt: begunAt } of storages.private.listMultipartUploads("quarantine/")) {
    if (signal?.aborted) return;
    if (begunAt < before) batch.push({ key, multipartId });
    if (batch.length < BATCH_SIZE) continue;
    yield await abandoned(batch);
    batch = [];
  }
  if (batch.length > 0) yield await abandoned(batch);
}

export type AbortResult = {
  aborted: number;
  /** Those that the store did not throw away, this time. */
  failed: number;
};

/** Has the store throw them away; one that it does not let go keeps no other. Errors: unavailable, where the store cannot be asked what it keeps. */
export async function abortAbandonedMultipartUploads(deps: AppContext, signal?: AbortSignal): Promise<AbortResult> {
  const counted = { aborted: 0, failed: 0 };
  for await (const attempts of listAbandonedMultipartUploads(deps, signal)) {
    for (const { key, multipartId } of attempts) {
      if (signal?.aborted) return counted;
      try {
        await deps.storages.private.abortMultipartUpload(key, multipartId);
        counted.aborted += 1;
      } catch (cause) {
        deps.log.warn("Parts that nobody needs could not be thrown away yet; it is tried again.", {
          reason: safeErrorReason(cause),
        });
        counted.failed += 1;
      }
    }
  }
  return counted;
}
