import { type RequestFilter, requestFilterSchema } from "@/lib/requests/list-requests";

// A mistyped URL shows the whole list instead of an error.
const { state, field, member, cursor } = requestFilterSchema.shape;
const filterSchema = requestFilterSchema.strip().extend({
  state: state.catch(undefined),
  // A form sends an empty text for all fields.
  field: field.transform((name) => name || undefined).catch(undefined),
  member: member.catch(undefined),
  cursor: cursor.catch(undefined),
});

export function parseRequestFilter(params: Record<string, string | string[] | undefined>): RequestFilter {
  return filterSchema.parse(params);
}

/** Builds the URL of a filter. */
export function requestsHref(filter: { [Name in keyof RequestFilter]?: string | undefined }): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value) params.set(name, value);
  return params.size > 0 ? `/admin/requests?${params}` : "/admin/requests";
}
