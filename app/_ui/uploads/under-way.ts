import type { Upload } from "./upload";

/** Whatever this page is sending, however often its controls come and go, and what failed and may be tried again. Here, since a page that sends nothing loads no more. */
export const underWay = new Set<Upload>();

/** A member's uploads to one field. Without an owner a control shows its own alone. */
export function onTheWay(field: string, owner: string | undefined): Upload[] {
  if (owner === undefined) return [];
  return [...underWay].filter(({ request }) => request.owner === owner && request.field === field);
}
