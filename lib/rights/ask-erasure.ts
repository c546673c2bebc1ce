import { z } from "zod";
import { requireOwnPassword } from "../accounts/own-password";
import { type AppContext, secondsFromNow } from "../app-context";
import { appendToTrail } from "../audit/trail";
import { retryTransaction } from "../db/conflict";
import { lockUser } from "../db/lock-user";
import { cancelMail, enqueueMails } from "../mail/outbox";
import type { Viewer } from "../permissions/viewer";
import { lockAndRequireOtherAdmin } from "./other-admin";

/** From the request to the erasure. Seconds. */
const WAITING_SECONDS = 7 * 24 * 3600;

export const erasureRequestSchema = z.strictObject({ password: z.string().max(1024).optional() });

type ErasureContext = Pick<AppContext, "db" | "clock" | "trailKey">;

/**
 * Asks for the erasure of the viewer's account. It starts after seven days, unless the viewer
 * cancels it. A mail tells the person. A repeat returns the same time.
 * Errors: invalid (the password), rate_limited, conflict (the only admin).
 */
export async function askForErasure(
  context: ErasureContext,
  viewer: Viewer,
  { password = "" }: z.infer<typeof erasureRequestSchema>,
  address: string | null,
): Promise<{ erasedAt: string }> {
  await requireOwnPassword(context, viewer, password, address);
  const dueAt = await retryTransaction(() =>
    context.db.$transaction(async (tx) => {
      await lockAndRequireOtherAdmin(tx, viewer);
      const person = await tx.user.findUniqueOrThrow({ where: { id: viewer.id } });
      if (person.erasureDueAt) return person.erasureDueAt;
      const dueAt = erasureDueFrom(context);
      const detail = { erasedAt: dueAt.toISOString() };
      await tx.user.update({ where: { id: viewer.id }, data: { erasureDueAt: dueAt } });
      await enqueueMails(tx, context, [
        { template: "erasure-asked", recipientId: viewer.id, key: keyOfMail(viewer, dueAt), detail },
      ]);
      await appendToTrail(tx, context, [
        { event: "erasure.asked", byId: viewer.id, subjectId: viewer.id, detail },
      ]);
      return dueAt;
    }),
  );
  return { erasedAt: dueAt.toISOString() };
}

/** Returns when an erasure that is asked for now starts. */
export function erasureDueFrom({ clock }: Pick<AppContext, "clock">): Date {
  return secondsFromNow(clock, WAITING_SECONDS);
}

/** Keeps the account. Without a request it changes nothing. */
export async function cancelErasure(context: ErasureContext, viewer: Viewer): Promise<void> {
  await retryTransaction(() =>
    context.db.$transaction(async (tx) => {
      await lockUser(tx, viewer.id);
      const person = await tx.user.findUnique({ where: { id: viewer.id } });
      if (!person?.erasureDueAt || person.erasureStartedAt) return;
      await tx.user.update({ where: { id: viewer.id }, data: { erasureDueAt: null } });
      await cancelMail(tx, keyOfMail(viewer, person.erasureDueAt));
      await appendToTrail(tx, context, [
        { event: "erasure.cancelled", byId: viewer.id, subjectId: viewer.id, detail: {} },
      ]);
    }),
  );
}

function keyOfMail({ id }: Viewer, dueAt: Date): string {
  return `erasure-asked/${id}/${dueAt.toISOString()}`;
}
