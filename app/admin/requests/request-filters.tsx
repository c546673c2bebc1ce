import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { Select } from "@/app/_ui/field";
import { SiteLink } from "@/app/_ui/site-link";
import { fields } from "@/lib/fields/fields";
import type { RequestCounts, RequestFilter } from "@/lib/requests/list-requests";
import { REQUEST_STATES } from "@/lib/requests/request";
import { fieldLabel, REQUEST_LOOKS } from "./request-text";
import { requestsHref } from "./request-url";

/** The states with their counts as links, and a form for the document type. */
export function RequestFilters({ filter, counts }: { filter: RequestFilter; counts: RequestCounts }) {
  const { cursor: _, ...rest } = filter;
  const names = [...fields.values()].flatMap(({ name, storage }) => (storage === "private" ? [name] : []));
  // The address can name a type that is no longer in use.
  const shown = filter.field === undefined || names.includes(filter.field) ? names : [...names, filter.field];
  return (
    <div className="grid gap-4">
      <nav aria-label="State of the requests">
        <ul className="-mx-2 flex flex-wrap">
          {[undefined, ...REQUEST_STATES].map((state) => (
            <li key={state ?? "all"}>
              <SiteLink
                href={requestsHref({ ...rest, state })}
                aria-current={state === filter.state ? "true" : undefined}
                className="flex min-h-11 items-center gap-1.5 rounded px-2 hover:bg-well aria-[current]:rounded-b-none aria-[current]:border-b-2 aria-[current]:border-accent aria-[current]:pt-0.5 aria-[current]:font-bold"
              >
                {state === undefined ? (
                  "All"
                ) : (
                  <>
                    {REQUEST_LOOKS[state].label}
                    <span className="font-normal text-muted tabular">{formatCount(counts[state])}</span>
                  </>
                )}
              </SiteLink>
            </li>
          ))}
        </ul>
      </nav>
      <search>
        <form action="/admin/requests" className="flex flex-wrap items-end gap-3">
          {filter.state ? <input type="hidden" name="state" value={filter.state} /> : null}
          {filter.member ? <input type="hidden" name="member" value={filter.member} /> : null}
          <Select label="Document" name="field" defaultValue={filter.field ?? ""} className="min-w-56">
            <option value="">All documents</option>
            {shown.map((name) => (
              <option key={name} value={name}>
                {fieldLabel(name)}
              </option>
            ))}
          </Select>
          <Button type="submit">Show</Button>
          {requestsHref(rest) === requestsHref({}) ? null : (
            <ButtonLink variant="plain" href={requestsHref({})}>
              Show all requests
            </ButtonLink>
          )}
        </form>
      </search>
    </div>
  );
}

function formatCount({ count, capped }: { count: number; capped: boolean }): string {
  return `${count.toLocaleString("en")}${capped ? "+" : ""}`;
}
