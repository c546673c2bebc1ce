import { z } from "zod";

/** The search as the form of the page has it. Empty fields are absent. Times are in UTC. */
export type BreachSearch = {
  /** A person's e-mail address or id: who opened. */
  by?: string | undefined;
  /** A person's e-mail address or id: whose documents. */
  member?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
  cursor?: string | undefined;
};

// A mistyped URL shows everything instead of an error.
const text = z
  .string()
  .trim()
  .max(320)
  .transform((value) => value || undefined)
  .optional()
  .catch(undefined);
const time = z
  .union([z.iso.date(), z.iso.datetime({ local: true, offset: true })])
  .optional()
  .catch(undefined);
const searchSchema = z.object({
  by: text,
  member: text,
  from: time,
  to: time,
  cursor: z.string().max(200).optional().catch(undefined),
});

export function parseBreachSearch(params: Record<string, string | string[] | undefined>): BreachSearch {
  return searchSchema.parse(params);
}

/** Builds the URL of the page for a search. */
export function breachHref(search: BreachSearch): string {
  return hrefOf("/admin/people/breach", search);
}

/** Builds the URL of the CSV file. Persons are ids. */
export function breachCsvHref({ cursor: _, ...filter }: BreachSearch): string {
  return hrefOf("/api/people/accesses/csv", filter);
}

function hrefOf(path: string, values: Record<string, string | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) params.set(name, value);
  return params.size > 0 ? `${path}?${params}` : path;
}
