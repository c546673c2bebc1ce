import { z } from "zod";
import { type QueueStatus, SUBMITTED_STATUS } from "@/lib/review/outcomes";
import { queueSchema } from "@/lib/review/queue";

/** Which part of the queue is looked at; what the address of the page says. */
export type QueueFilter = {
  status: QueueStatus;
  field?: string | undefined;
  claimed?: "me" | "none" | undefined;
  cursor?: string | undefined;
};

// A mistyped address shows the whole queue; nobody is helped by being told off for it.
const filterSchema = z.object({
  status: queueSchema.shape.status.catch(SUBMITTED_STATUS),
  field: queueSchema.shape.field.catch(undefined),
  claimed: queueSchema.shape.claimed.catch(undefined),
  cursor: queueSchema.shape.cursor.catch(undefined),
});

export function parseQueueFilter(params: Record<string, string | string[] | undefined>): QueueFilter {
  return filterSchema.parse(params);
}

/** The address of that part of the queue; what is usual is left out. */
export function queueHref({ status, field, claimed, cursor }: QueueFilter): string {
  const params = new URLSearchParams();
  if (status !== SUBMITTED_STATUS) params.set("status", status);
  if (field) params.set("field", field);
  if (claimed) params.set("claimed", claimed);
  if (cursor) params.set("cursor", cursor);
  const query = params.toString();
  return query ? `/review?${query}` : "/review";
}

/** "12", or "1,000+" where nobody counted on. */
export function formatCount({ count, capped }: { count: number; capped: boolean }): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ",")}${capped ? "+" : ""}`;
}
