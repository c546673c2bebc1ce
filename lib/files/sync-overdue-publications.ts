import { type AppContext, secondsFromNow } from "../app-context";
import { Problem } from "../errors";
import { safeErrorReason } from "../observability/safe-error-reason";
import { syncPublication } from "./publication";

/** Longer than the request that changed a flag may need to sync the publication itself. */
const REQUEST_SECONDS = 120;
const BATCH_SIZE = 50;
/** After this many `unavailable` in sequence the store counts as unavailable. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** Selects the publications that no request has synced since their flags changed. */
export function whereSyncOverdue({ clock }: Pick<AppContext, "clock">) {
  return { unsettledSince: { lt: secondsFromNow(clock, -REQUEST_SECONDS) } };
}

/**
 * Syncs overdue publications, the oldest first. Stops when none is left, when the store is
 * unavailable, or when `signal` is aborted.
 */
export async function syncOverduePublications(
  context: AppContext,
  signal?: AbortSignal,
): Promise<{ settled: number; failed: number }> {
  const result = { settled: 0, failed: 0 };
  let unavailable = 0;
  // Failed publications stay overdue, so each batch starts after the last row of the one before.
  let last: { unsettledSince: Date | null; id: string } | undefined;
  for (;;) {
    const afterLast = last && {
      OR: [
        { unsettledSince: { gt: last.unsettledSince ?? undefined } },
        { unsettledSince: last.unsettledSince, id: { gt: last.id } },
      ],
    };
    const batch = await context.db.file.findMany({
      where: { AND: [whereSyncOverdue(context), afterLast ?? {}] },
      orderBy: [{ unsettledSince: "asc" }, { id: "asc" }],
      take: BATCH_SIZE,
      select: { id: true, unsettledSince: true },
    });
    for (const { id } of batch) {
      if (signal?.aborted || unavailable === MAX_CONSECUTIVE_FAILURES) return result;
      try {
        await syncPublication(context, id);
        result.settled += 1;
        unavailable = 0;
      } catch (error) {
        context.log.warn("A publication could not be synced. The next sweep tries again.", {
          reason: safeErrorReason(error),
        });
        result.failed += 1;
        // A failure of one picture alone does not stop the others.
        unavailable = error instanceof Problem && error.code === "unavailable" ? unavailable + 1 : 0;
      }
    }
    last = batch.at(-1);
    if (batch.length < BATCH_SIZE) return result;
  }
}
