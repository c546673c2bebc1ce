import { DataTable } from "@/app/_ui/data-table";
import { SiteLink } from "@/app/_ui/site-link";
import { Time } from "@/app/_ui/time";
import type { Person } from "@/lib/accounts/people";
import { fieldLabel, ROLE_LABELS } from "./person-words";
import { StateLabel } from "./state-label";

export function PeopleTable({ items }: { items: readonly Person[] }) {
  return (
    <DataTable
      caption="People"
      columns={[
        { label: "Name", as: "heading" },
        "Role",
        { label: "May see", as: "prose" },
        "State",
        { label: "Last seen", as: "time" },
      ]}
      rows={items.map(({ id, name, workName, email, role, fields, state, lastSeenAt }) => ({
        key: id,
        cells: [
          <span key="name" className="grid gap-0.5">
            <SiteLink
              href={state === "invited" ? "/admin/people/invite" : `/admin/people/${id}`}
              className="link"
            >
              <bdi>{name || email}</bdi>
            </SiteLink>
            {workName ? (
              <span className="text-sm font-normal text-muted">
                Members see <bdi>{workName}</bdi>
              </span>
            ) : null}
            {name ? <span className="text-sm font-normal wrap-anywhere text-muted">{email}</span> : null}
          </span>,
          ROLE_LABELS[role],
          fields.length > 0 ? fields.map(fieldLabel).join(", ") : "–",
          <StateLabel key="state" state={state} />,
          lastSeenAt ? <Time key="seen" value={lastSeenAt} /> : "–",
        ],
      }))}
    />
  );
}
