import { DataTable } from "@/app/_ui/data-table";
import { SiteLink } from "@/app/_ui/site-link";
import { Time } from "@/app/_ui/time";
import type { TrailItem } from "@/lib/audit/search-trail";
import { shortIdOf } from "@/lib/id";
import { eventLabel, formatDetail } from "./event-labels";
import { trailHref } from "./trail-url";

/** Lists entries, latest first. */
export function TrailTable({
  items,
  names,
}: {
  items: readonly TrailItem[];
  names: ReadonlyMap<string, string>;
}) {
  return (
    <DataTable
      caption="Entries of the audit trail, latest first"
      columns={[
        { label: "Time", as: "time" },
        { label: "Event", as: "heading" },
        "About",
        "Done by",
        { label: "Details", as: "prose" },
      ]}
      rows={items.map((item) => ({
        key: item.seq,
        cells: [
          <Time key="time" value={item.at} as="moment" />,
          eventLabel(item.event),
          item.subject ? <Person key="about" id={item.subject} filter="about" names={names} /> : "–",
          item.by ? <Person key="by" id={item.by} filter="by" names={names} /> : "Dossier",
          <Details key="details" item={item} />,
        ],
      }))}
    />
  );
}

function Details({ item: { seq, detail, personal, hash } }: { item: TrailItem }) {
  const details = formatDetail(detail);
  return (
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
