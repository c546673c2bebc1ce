import type { AppContext } from "../../lib/app-context";
import { runRetention } from "../../lib/retention/run-retention";

/**
 * Runs the retention job on each past day on which a document of the demo ended, so that the demo
 * shows real dates. The demo's history is longer than the retention of its fields.
 */
export async function applyPastRetention(context: AppContext): Promise<void> {
  for (;;) {
    const next = await context.db.file.findFirst({
      where: { keepUntil: { lt: context.clock.now() } },
      orderBy: { keepUntil: "asc" },
      select: { keepUntil: true },
    });
    if (!next?.keepUntil) break;
    const nextDay = new Date(next.keepUntil.getTime() + 1);
    await runRetention({ ...context, clock: { now: () => nextDay } });
  }
  await runRetention(context);
}
