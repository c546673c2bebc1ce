import { isUndecided } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";

/**
 * How a reviewer stands to a document: it is their own; it is decided or gone ("closed"); they hold it; they held it and the time has run
 * out; another holds it; nobody does.
 */
export type ClaimStatus = "own" | "closed" | "mine" | "lapsed" | "taken" | "free";

export function claimStatusOf(
  { file, member, claim }: Pick<Review, "file" | "member" | "claim">,
  { viewerId, expired, worked }: { viewerId: string; expired: boolean; worked: boolean },
): ClaimStatus {
  if (member.id === viewerId) return "own";
  if (!isUndecided(file.status)) return "closed";
  const held = claim !== null && !expired;
  if (held && claim.by.id === viewerId) return "mine";
  if (worked) return "lapsed";
  return held ? "taken" : "free";
}
