import { type AppContext, secondsFromNow } from "../app-context";
import { safeErrorReason } from "../observability/safe-error-reason";
import { QUARANTINE_PREFIX } from "./quarantine";

type MultipartUpload = { key: string; multipartId: string };

const BATCH_SIZE = 200;

/**
 * Lists multipart uploads of the store that no open upload names, in batches. A process ended
 * before it saved their id, or an abort failed. Only those older than any ticket and the grace are
 * listed.
 */
export async function* listAbandonedMultipartUploads(
  { db, storages, clock, limits }: AppContext,
  signal?: AbortSignal,
): AsyncGenerator<MultipartUpload[]> {
  const before = secondsFromNow(clock, -(limits.multipartTtl + limits.sweepGrace));
  const filterAbandoned = async (candidates: MultipartUpload[]) => {
    const open = await db.upload.findMany({
      where: { key: { in: candidates.map(({ key }) => key) }, state: { in: ["issued", "inspecting"] } },
      select: { key: true, multipartId: true },
    });
    const named = new Set(open.map(({ key, multipartId }) => `${key} ${multipartId}`));
    return candidates.filter(({ key, multipartId }) => !named.has(`${key} ${multipartId}`));
  };
  let batch: MultipartUpload[] = [];
  for await (const { key, multipartId, initiatedAt } of storages.private.listMultipartUploads(
    QUARANTINE_PREFIX,
  )) {
    if (signal?.aborted) return;
    if (initiatedAt < before) batch.push({ key, multipartId });
    if (batch.length < BATCH_SIZE) continue;
    yield await filterAbandoned(batch);
    batch = [];
  }
  if (batch.length > 0) yield await filterAbandoned(batch);
}

/** `failed`: multipart uploads that the store did not abort this time. */
export type AbortResult = { aborted: number; failed: number };

/**
 * Aborts them. One failure does not stop the rest. Errors: unavailable, if the store cannot list.
 */
export async function abortAbandonedMultipartUploads(
  context: AppContext,
  signal?: AbortSignal,
): Promise<AbortResult> {
  const result = { aborted: 0, failed: 0 };
  for await (const batch of listAbandonedMultipartUploads(context, signal)) {
    for (const { key, multipartId } of batch) {
      if (signal?.aborted) return result;
      try {
        await context.storages.private.abortMultipartUpload(key, multipartId);
        result.aborted += 1;
      } catch (error) {
        context.log.warn("An abandoned multipart upload could not be aborted. The next sweep tries again.", {
          reason: safeErrorReason(error),
        });
        result.failed += 1;
      }
    }
  }
  return result;
}
