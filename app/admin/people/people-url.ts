import { z } from "zod";
import { type PeopleFilter, peopleFilterSchema } from "@/lib/accounts/list-people";

// A mistyped URL shows the whole list instead of an error. Empty entries of the form are absent.
const { query, role, grant, state, secondFactor, cursor, limit } = peopleFilterSchema.shape;
const filterSchema = z.object({
  query: query.transform((text) => text || undefined).catch(undefined),
  role: role.catch(undefined),
  grant: grant.catch(undefined),
  state: state.catch(undefined),
  secondFactor: secondFactor.catch(undefined),
  cursor: cursor.catch(undefined),
  limit,
});

export type PeopleSearch = Partial<Omit<PeopleFilter, "limit">>;

export function parsePeopleFilter({
  limit: _,
  ...params
}: Record<string, string | string[] | undefined>): PeopleFilter {
  return filterSchema.parse(params);
}

/** Builds the URL of a page of the list. */
export function peopleHref(search: PeopleSearch): string {
  const params = new URLSearchParams();
  for (const name of ["query", "role", "grant", "state", "secondFactor", "cursor"] as const)
    if (search[name]) params.set(name, search[name]);
  return params.size > 0 ? `/admin/people?${params}` : "/admin/people";
}
