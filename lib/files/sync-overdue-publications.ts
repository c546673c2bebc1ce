import { secondsFromNow, type AppContext } from "../app-context";
import { Problem } from "../errors";
import { safeErrorReason } from "../observability/safe-error-reason";
import { syncPublication } from "./publication";

/** So long the request that moved a flag may still be at it. */
const REQUEST_SECONDS = 120;
const BATCH_SIZE = 50;
/** So many in a row that the store is away for, and there is no use in going on. */
const MAX_CONSECUTIVE_FAILURES = 3;

/** Publications that nobody has brought in line with their flags since they moved. */
export function whereSyncOverdue({ clock }: Pick<AppContext, "clock">) {
  return { unsettledSince: { lt: secondsFromNow(clock, -REQUEST_SECONDS) } };
}

/** Brings them in line, the oldest first, until none is left, the store is away, or `signal` says so. */
export async function syncOverduePublications(
  deps: AppContext,
  signal?: AbortSignal,
): Promise<{ settled: number; failed: number }> {
  const counted = { settled: 0, failed: 0 };
  let failures = 0;
  // Those that fail stay in the list: each batch begins behind the one before.
  let last: { unsettledSince: Date | null; id: string } | undefined;
  for (;;) {
    const behind = last && {
      OR: [
        { unsettledSince: { gt: last.unsettledSince ?? undefined } },
        { unsettledSince: last.unsettledSince, id: { gt: last.id } },
      ],
    };
    const batch = await deps.db.file.findMany({
      where: { AND: [whereSyncOverdue(deps), behind ?? {}] },
      orderBy: [{ unsettledSince: "asc" }, { id: "asc" }],
      take: BATCH_SIZE,
      select: { id: true, unsettledSince: true },
    });
    for (const { id } of batch) {
      if (signal?.aborted || failures === MAX_CONSECUTIVE_FAILURES) return counted;
      try {
        await syncPublication(deps, id);
        counted.settled += 1;
        failures = 0;
      } catch (cause) {
        deps.log.warn("A publication could not be brought in line yet; it is tried again.", {
          reason: safeErrorReason(cause),
        });
        counted.failed += 1;
        // A picture that cannot be settled for a reason of its own keeps nobody else waiting.
        failures = cause instanceof Problem && cause.code === "unavailable" ? failures + 1 : 0;
      }
    }
    last = batch.at(-1);
    if (batch.length < BATCH_SIZE) return counted;
  }
}
