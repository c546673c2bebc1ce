import { z } from "zod";
import { type QueueStatus, SUBMITTED_STATUS } from "@/lib/review/outcomes";
import { queueSchema } from "@/lib/review/queue";

/** The filter of the queue, as the URL of the page has it. */
export type QueueFilter = {
  status: QueueStatus;
  field?: string | undefined;
  claimed?: "me" | "none" | undefined;
  cursor?: string | undefined;
};

// A mistyped URL shows the whole queue instead of an error.
const filterSchema = z.object({
  status: queueSchema.shape.status.catch(SUBMITTED_STATUS),
  field: queueSchema.shape.field.catch(undefined),
  claimed: queueSchema.shape.claimed.catch(undefined),
  cursor: queueSchema.shape.cursor.transform((cursor) => cursor || undefined).catch(undefined),
});

export function parseQueueFilter(params: Record<string, string | string[] | undefined>): QueueFilter {
  return filterSchema.parse(params);
}

/** Builds the URL of a filter, without default values. */
export function queueHref({ status, field, claimed, cursor }: QueueFilter): string {
  const params = new URLSearchParams();
  if (status !== SUBMITTED_STATUS) params.set("status", status);
  if (field) params.set("field", field);
  if (claimed) params.set("claimed", claimed);
  if (cursor) params.set("cursor", cursor);
  const query = params.toString();
  return query ? `/review?${query}` : "/review";
}

/** Formats a count: "12", or "1,000+" if the server stopped counting. */
export function formatCount({ count, capped }: { count: number; capped: boolean }): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")}${capped ? "+" : ""}`;
}
