import type { MailState } from "@/lib/db/generated/enums";
import { type MailFilter, mailFilterSchema } from "@/lib/mail/list-mails";

// A mistyped URL shows the whole list instead of an error.
const filterSchema = mailFilterSchema.extend({
  state: mailFilterSchema.shape.state.catch(undefined),
  cursor: mailFilterSchema.shape.cursor.catch(undefined),
});

export function parseMailFilter(params: Record<string, string | string[] | undefined>): MailFilter {
  return filterSchema.parse(params);
}

/** Builds the URL of a filter. */
export function mailHref({ state, cursor }: { state?: MailState; cursor?: string }): string {
  const params = new URLSearchParams({ ...(state ? { state } : {}), ...(cursor ? { cursor } : {}) });
  return params.size > 0 ? `/admin/mail?${params}` : "/admin/mail";
}
