import type { AppContext } from "../app-context";
import { notFoundProblem, Problem } from "../errors";
import { isId } from "../id";

/**
 * Puts a failed mail back into the outbox, for two more days. A repeat changes nothing.
 * Errors: not_found; conflict for a mail that is neither failed nor waiting.
 */
export async function retryMail({ db, clock }: Pick<AppContext, "db" | "clock">, id: string): Promise<void> {
  const mail = isId(id) ? await db.mail.findUnique({ where: { id }, select: { state: true } }) : null;
  if (!mail) throw notFoundProblem();
  if (mail.state === "waiting") return;
  const { count } = await db.mail.updateMany({
    where: { id, state: "failed" },
    data: {
      state: "waiting",
      dueAt: clock.now(),
      retryAt: null,
      tries: 0,
      firstTriedAt: null,
      endedAt: null,
      reason: null,
    },
  });
  if (count === 0) throw new Problem("conflict", "Only a failed mail can be sent again.");
}
