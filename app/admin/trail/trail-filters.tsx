import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { Select, TextField } from "@/app/_ui/field";
import { eventLabel } from "./event-labels";
import { type TrailSearch, trailHref } from "./trail-url";

/** The search form. It is a GET, so that a search has an address, and works without a script. */
export function TrailFilters({ search, events }: { search: TrailSearch; events: readonly string[] }) {
  const isFiltered = trailHref({ ...search, cursor: undefined }) !== trailHref({});
  return (
    <search>
      <form action="/admin/trail" className="grid gap-4 sm:grid-cols-2 lg:grid-cols-12">
        <TextField
          label="About"
          name="about"
          hint="E-mail address, or id of a person or file"
          defaultValue={search.about}
          className="content-start lg:col-span-6"
        />
        <TextField
          label="Done by"
          name="by"
          hint="E-mail address or id of a person"
          defaultValue={search.by}
          className="content-start lg:col-span-6"
        />
        <Select label="Event" name="event" defaultValue={search.event ?? ""} className="lg:col-span-3">
          <option value="">All events</option>
          {events.map((event) => (
            <option key={event} value={event}>
              {eventLabel(event)}
            </option>
          ))}
        </Select>
        <div className="grid grid-cols-2 gap-4 *:min-w-0 lg:col-span-5">
          <TextField label="From" name="from" type="date" defaultValue={search.from} />
          <TextField label="To" name="to" type="date" defaultValue={search.to} />
        </div>
        <div className="flex flex-wrap items-end gap-3 lg:col-span-4">
          <Button type="submit">Search</Button>
          {isFiltered ? <ButtonLink href={trailHref({})}>Show all entries</ButtonLink> : null}
        </div>
      </form>
    </search>
  );
}
