import { isUndecided } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";

/**
 * The viewer's claim on a document. "own": the document is the viewer's own. "expired": the viewer
 * had a claim on this page, and it has ended.
 */
export type ClaimStatus = "own" | "decided" | "mine" | "expired" | "claimed-by-other" | "unclaimed";

/**
 * Derives the status from the server's answer, the countdown, and an earlier claim on this page.
 */
export function claimStatusOf(
  { file, member, claim }: Pick<Review, "file" | "member" | "claim">,
  { viewerId, isOver, hadClaim }: { viewerId: string; isOver: boolean; hadClaim: boolean },
): ClaimStatus {
  if (member.id === viewerId) return "own";
  if (!isUndecided(file.status)) return "decided";
  const isClaimed = claim !== null && !isOver;
  if (isClaimed && claim.by.id === viewerId) return "mine";
  if (hadClaim) return "expired";
  return isClaimed ? "claimed-by-other" : "unclaimed";
}
