import type { AppContext } from "../app-context";
import { isId } from "../id";

export type RunView = {
  id: string;
  startedAt: string;
  /** Missing if the run was killed, or still works. */
  endedAt?: string;
  replayed: number;
  dated: number;
  expired: number;
  ended: number;
  destroyed: number;
  removed: number;
  failed: number;
  left: number;
};

const PAGE_SIZE = 20;

/** Lists the runs of the retention job, latest first. `cursor` is the `next` of the page before. */
export async function listRuns(
  { db }: Pick<AppContext, "db">,
  cursor?: string,
): Promise<{ items: RunView[]; next: string | null }> {
  const rows = await db.retentionRun.findMany({
    orderBy: [{ startedAt: "desc" }, { id: "desc" }],
    take: PAGE_SIZE + 1,
    ...(cursor && isId(cursor) ? { cursor: { id: cursor }, skip: 1 } : {}),
  });
  const items = rows.slice(0, PAGE_SIZE).map(({ startedAt, endedAt, ...counts }) => ({
    ...counts,
    startedAt: startedAt.toISOString(),
    ...(endedAt ? { endedAt: endedAt.toISOString() } : {}),
  }));
  return { items, next: rows.length > PAGE_SIZE ? (items.at(-1)?.id ?? null) : null };
}
