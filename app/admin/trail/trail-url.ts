import { z } from "zod";

/** The search as the form of the page has it. Empty fields are absent. */
export type TrailSearch = {
  /** A person's e-mail address, or the id of a person or file. */
  about?: string | undefined;
  /** A person's e-mail address or id. */
  by?: string | undefined;
  event?: string | undefined;
  /** Days. */
  from?: string | undefined;
  to?: string | undefined;
  cursor?: string | undefined;
};

// A mistyped URL shows the whole trail instead of an error.
const text = z
  .string()
  .trim()
  .max(300)
  .transform((value) => value || undefined)
  .optional()
  .catch(undefined);
const day = z.iso.date().optional().catch(undefined);
const searchSchema = z.object({
  about: text,
  by: text,
  event: text,
  from: day,
  to: day,
  cursor: z
    .string()
    .regex(/^\d{1,18}$/)
    .optional()
    .catch(undefined),
});

export function parseTrailSearch(params: Record<string, string | string[] | undefined>): TrailSearch {
  return searchSchema.parse(params);
}

/** Builds the URL of a page of the trail. */
export function trailHref(search: TrailSearch): string {
  return hrefOf("/admin/trail", search);
}

/** Builds the URL of the CSV file with the entries of a filter. */
export function trailCsvHref(filter: Record<string, string | undefined>): string {
  return hrefOf("/api/trail/csv", filter);
}

function hrefOf(path: string, values: Record<string, string | undefined>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value) params.set(name, value);
  const query = params.toString();
  return query ? `${path}?${query}` : path;
}
