import type { ReactNode } from "react";
import { SiteLink } from "@/app/_ui/site-link";
import { Time } from "@/app/_ui/time";
import type { TrailItem } from "@/lib/audit/search-trail";
import { shortIdOf } from "@/lib/id";
import { eventLabel, formatDetail } from "./event-labels";
import { trailHref } from "./trail-url";

const COLUMNS = ["Time", "Event", "About", "Done by", "Details"];

/** Lists entries, latest first. On a phone each entry is a block with labels. */
export function TrailTable({
  items,
  names,
}: {
  items: readonly TrailItem[];
  names: ReadonlyMap<string, string>;
}) {
  return (
    <table className="w-full border-y border-hairline text-left max-md:block">
      <caption className="sr-only">Entries of the audit trail, latest first</caption>
      <thead className="text-sm text-muted max-md:sr-only">
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className="py-2 pr-6 font-normal last:pr-0">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-hairline max-md:block">
        {items.map((item) => (
          <Entry key={item.seq} item={item} names={names} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ item, names }: { item: TrailItem; names: ReadonlyMap<string, string> }) {
  const { seq, at, event, by, subject, detail, personal, hash } = item;
  const details = formatDetail(detail);
  return (
    <tr className="align-top max-md:grid max-md:gap-1.5 max-md:py-4">
      <td className="tabular-nums md:py-3 md:pr-6 md:whitespace-nowrap">
        <Time value={at} as="moment" />
      </td>
      <th scope="row" className="font-bold md:py-3 md:pr-6">
        {eventLabel(event)}
      </th>
      <Cell label="About">{subject ? <Person id={subject} filter="about" names={names} /> : "–"}</Cell>
      <Cell label="Done by">{by ? <Person id={by} filter="by" names={names} /> : "Dossier"}</Cell>
      <td className="md:py-3">
        <div className="grid gap-1">
          {personal === undefined ? null : (
            <p>
              <span className="text-muted">Personal data: </span>
              {personal ?? <span className="text-muted">erased</span>}
            </p>
          )}
          {details ? <p className="text-muted wrap-anywhere">{details}</p> : null}
          <p className="font-mono text-sm break-all text-muted">
            <abbr title={hash} className="no-underline">
              {seq} · {hash.slice(0, 12)}
            </abbr>
          </p>
        </div>
      </td>
    </tr>
  );
}

function Cell({ label, children }: { label: string; children: ReactNode }) {
  return (
    <td className="md:py-3 md:pr-6">
      <span className="text-muted md:hidden">{label}: </span>
      {children}
    </td>
  );
}

/** Shows a person's present name, or the end of the id, as a link to the entries with it. */
function Person({
  id,
  filter,
  names,
}: {
  id: string;
  filter: "about" | "by";
  names: ReadonlyMap<string, string>;
}) {
  const name = names.get(id);
  return (
    <SiteLink href={trailHref({ [filter]: id })} title={id} className="underline underline-offset-2">
      {name ?? <span className="font-mono text-sm">{shortIdOf(id)}</span>}
    </SiteLink>
  );
}
