import { linkPath } from "../accounts/one-time-links";
import type { FactsContext, MailEvent } from "./template";

export type LinkFacts = { path: `/${string}` };

/** Reads the link of a mail as a path with the token; null if the link has ended. */
export async function loadLink(context: FactsContext, { linkId }: MailEvent): Promise<LinkFacts | null> {
  if (linkId === null) return null;
  const link = await context.db.oneTimeLink.findUnique({
    where: { id: linkId },
    select: { id: true, purpose: true, expiresAt: true },
  });
  return link && link.expiresAt > context.clock.now() ? { path: linkPath(context, link) } : null;
}
