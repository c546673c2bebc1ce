import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { TextField } from "@/app/_ui/field";
import { type BreachSearch, breachHref } from "./breach-url";

/** The search form. It is a GET, so that a search has an address, and works without a script. */
export function BreachFilters({ search }: { search: BreachSearch }) {
  const isFiltered = breachHref({ ...search, cursor: undefined }) !== breachHref({});
  return (
    <search>
      <form action="/admin/people/breach" className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="Opened by"
          name="by"
          hint="E-mail address or id of a person"
          defaultValue={search.by}
          className="content-start"
        />
        <TextField
          label="Documents of"
          name="member"
          hint="E-mail address or id of a person"
          defaultValue={search.member}
          className="content-start"
        />
        <TextField
          label="From"
          name="from"
          type="datetime-local"
          hint="In UTC"
          defaultValue={search.from?.slice(0, 16)}
        />
        <TextField
          label="To"
          name="to"
          type="datetime-local"
          hint="In UTC"
          defaultValue={search.to?.slice(0, 16)}
        />
        <div className="flex flex-wrap items-end gap-3 sm:col-span-2">
          <Button type="submit" variant="primary">
            Search
          </Button>
          {isFiltered ? <ButtonLink href={breachHref({})}>Show everything</ButtonLink> : null}
        </div>
      </form>
    </search>
  );
}
