import { ActionButton } from "@/app/_ui/action-button";
import { DataTable } from "@/app/_ui/data-table";
import { STATUS_STYLES, stampOf } from "@/app/_ui/file-status";
import { formatDateAndRelative } from "@/app/_ui/format";
import { Icon } from "@/app/_ui/icons";
import { SiteLink } from "@/app/_ui/site-link";
import { Time } from "@/app/_ui/time";
import type { RequestView } from "@/lib/requests/request";
import { fieldLabel, REQUEST_LOOKS } from "./request-text";
import { requestsHref } from "./request-url";

/** Lists requests: whom we asked for what, until when, and what came of it. */
export function RequestTable({
  items,
  now,
  timeZone,
}: {
  items: readonly RequestView[];
  now: Date;
  timeZone: string;
}) {
  return (
    <DataTable
      caption="Requests"
      columns={[
        { label: "Member", as: "heading" },
        "Document",
        { label: "State", as: "time" },
        "Due",
        { label: "Asked", as: "time" },
        "Action",
      ]}
      rows={items.map((request) => ({
        key: request.id,
        cells: [
          <SiteLink key="member" href={requestsHref({ member: request.member.id })} className="link">
            <bdi>{request.member.name}</bdi>
          </SiteLink>,
          <Document key="document" request={request} now={now} />,
          <State key="state" state={request.state} />,
          request.dueAt ? formatDateAndRelative(request.dueAt, now, timeZone) : "No date",
          <Time key="asked" value={request.createdAt} />,
          request.state === "open" || request.state === "overdue" ? (
            <ActionButton
              key="cancel"
              method="DELETE"
              path={`/api/requests/${request.id}`}
              done="Request cancelled"
              pendingLabel="Cancelling…"
              accessibleName={`Cancel request: ${fieldLabel(request.field)}, ${request.member.name}`}
            >
              Cancel
            </ActionButton>
          ) : (
            "–"
          ),
        ],
      }))}
    />
  );
}

function State({ state }: { state: RequestView["state"] }) {
  const { label, icon, color } = REQUEST_LOOKS[state];
  return (
    <span className={`inline-flex items-center gap-1.5 font-bold ${color}`}>
      <Icon name={icon} className="size-4" strokeWidth="2" />
      {label}
    </span>
  );
}

function Document({ request: { field, file, message }, now }: { request: RequestView; now: Date }) {
  return (
    <span className="grid gap-1">
      {fieldLabel(field)}
      {file ? <span className="text-sm text-muted">{STATUS_STYLES[stampOf(file, now)].label}</span> : null}
      {message ? (
        <span dir="auto" className="max-w-prose text-sm whitespace-pre-line text-muted">
          {message}
        </span>
      ) : null}
    </span>
  );
}
