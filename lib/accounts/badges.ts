import { z } from "zod";
import type { AppContext } from "../app-context";
import { fields } from "../fields/fields";

/** An approval that a public page shows: that the document was checked, never the document. */
export type Badge = {
  field: string;
  label: string;
  /** When the reviewer approved it. */
  checkedAt: string;
  /** The last instant of the last day. Missing: the approval does not end. */
  validUntil?: string;
};

/** The fields whose approvals a member shows. Only fields that declare a badge. */
export const badgesSchema = z
  .array(z.string().refine((name) => fields.get(name)?.badge !== undefined, "is not a field with a badge"))
  .max(fields.size)
  .transform((names) => [...new Set(names)]);

/**
 * Finds the chosen approvals of a person that are valid now. Nothing is stored about a badge but
 * the choice: it is gone the moment the approval expires, is withdrawn or taken back, and stays
 * when a new approval replaces the one before. The caller checks that the profile is public.
 */
export async function findBadges(
  { db, clock }: Pick<AppContext, "db" | "clock">,
  { id, badges }: { id: string; badges: readonly string[] },
): Promise<Badge[]> {
  if (badges.length === 0) return [];
  const approvals = await db.file.findMany({
    where: {
      ownerId: id,
      field: { in: [...badges] },
      status: "approved",
      OR: [{ validUntil: null }, { validUntil: { gt: clock.now() } }],
    },
    // The one that is valid longest: a field may have several.
    orderBy: [{ validUntil: { sort: "desc", nulls: "first" } }, { decidedAt: "desc" }],
    select: { field: true, decidedAt: true, createdAt: true, validUntil: true },
  });
  return [...fields.values()].flatMap(({ name, badge }): Badge[] => {
    const approval = approvals.find(({ field }) => field === name);
    if (badge === undefined || !approval) return [];
    const { decidedAt, createdAt, validUntil } = approval;
    return [
      {
        field: name,
        label: badge,
        checkedAt: (decidedAt ?? createdAt).toISOString(),
        ...(validUntil ? { validUntil: validUntil.toISOString() } : {}),
      },
    ];
  });
}
