import { type AppContext, secondsFromNow } from "../app-context";
import type { Viewer } from "../permissions/viewer";

/** What a person has to know about the end of the account, on every page. */
export type AccountState = {
  /** The erasure starts after this time, unless the person cancels it. */
  erasureDueAt: string | null;
  leftAt: string | null;
  /** An admin ended the membership: only an admin can undo it. */
  letGo: boolean;
  /** The person came back within the last week, and the profile is still private. */
  returnedAt: string | null;
};

const RETURN_SHOWN_SECONDS = 7 * 24 * 3600;

export async function findAccountState(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  viewer: Viewer,
): Promise<AccountState> {
  const { erasureDueAt, leftAt, letGo, returnedAt, visibility } = await db.user.findUniqueOrThrow({
    where: { id: viewer.id },
    select: { erasureDueAt: true, leftAt: true, letGo: true, returnedAt: true, visibility: true },
  });
  const isShown =
    visibility === "private" &&
    returnedAt !== null &&
    returnedAt > secondsFromNow(clock, -RETURN_SHOWN_SECONDS);
  return {
    erasureDueAt: erasureDueAt?.toISOString() ?? null,
    leftAt: leftAt?.toISOString() ?? null,
    letGo,
    returnedAt: isShown ? returnedAt.toISOString() : null,
  };
}
