import { Button } from "@/app/_ui/button";
import { ButtonLink } from "@/app/_ui/button-link";
import { Select, TextField } from "@/app/_ui/field";
import { PERSON_STATES } from "@/lib/accounts/people";
import { fields } from "@/lib/fields/fields";
import { isGrantable } from "@/lib/permissions/grant";
import { type PeopleSearch, peopleHref } from "./people-url";
import { PERSON_STATE_STYLES, ROLE_LABELS } from "./person-words";

/** The search form. It is a GET, so that a search has an address, and works without a script. */
export function PeopleFilters({ search }: { search: PeopleSearch }) {
  const isFiltered = peopleHref({ ...search, cursor: undefined }) !== peopleHref({});
  return (
    <search>
      <form action="/admin/people" className="grid gap-4 sm:grid-cols-2 lg:grid-cols-12">
        <TextField
          label="Name, address or page"
          name="query"
          hint="The beginning is enough, also of a surname"
          defaultValue={search.query}
          maxLength={200}
          autoComplete="off"
          className="content-start sm:col-span-2 lg:col-span-12"
        />
        <Select label="Role" name="role" defaultValue={search.role ?? ""} className="lg:col-span-3">
          <option value="">All roles</option>
          {Object.entries(ROLE_LABELS).map(([role, label]) => (
            <option key={role} value={role}>
              {label}
            </option>
          ))}
        </Select>
        <Select label="May see" name="grant" defaultValue={search.grant ?? ""} className="lg:col-span-3">
          <option value="">Any or none</option>
          {[...fields.values()]
            .filter(({ name }) => isGrantable(name))
            .map(({ name, label }) => (
              <option key={name} value={name}>
                {label}
              </option>
            ))}
        </Select>
        <Select label="State" name="state" defaultValue={search.state ?? ""} className="lg:col-span-3">
          <option value="">All states</option>
          {PERSON_STATES.map((state) => (
            <option key={state} value={state}>
              {PERSON_STATE_STYLES[state].label}
            </option>
          ))}
        </Select>
        <Select
          label="Second factor"
          name="secondFactor"
          defaultValue={search.secondFactor ?? ""}
          className="lg:col-span-3"
        >
          <option value="">With or without</option>
          <option value="missing">Missing (reviewers and admins)</option>
        </Select>
        <div className="flex flex-wrap items-end gap-3 sm:col-span-2 lg:col-span-12">
          <Button type="submit" variant="primary">
            Search
          </Button>
          {isFiltered ? <ButtonLink href={peopleHref({})}>Show all</ButtonLink> : null}
        </div>
      </form>
    </search>
  );
}
