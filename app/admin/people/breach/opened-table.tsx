import { DataTable } from "@/app/_ui/data-table";
import { SiteLink } from "@/app/_ui/site-link";
import { Time } from "@/app/_ui/time";
import type { OpenedFile } from "@/lib/audit/opened-files";
import { fieldLabel, ROLE_LABELS } from "../person-words";

/** Lists who opened what of whom, latest first. */
export function OpenedTable({ items, empty }: { items: readonly OpenedFile[]; empty?: string }) {
  return (
    <DataTable
      caption="Opened documents, latest first"
      {...(empty === undefined ? {} : { empty })}
      columns={[{ label: "Time", as: "time" }, "Opened by", "Document", "Of", "Action", "Network address"]}
      rows={items.map(({ at, intent, by, file, member, address }, index) => ({
        key: `${at} ${file.id} ${index}`,
        cells: [
          <Time key="at" value={at} as="moment" />,
          <span key="by">
            {by.id ? (
              <SiteLink href={`/admin/people/${by.id}`} className="link">
                <bdi>{by.name}</bdi>
              </SiteLink>
            ) : (
              <bdi>{by.name}</bdi>
            )}
            <span className="text-sm text-muted"> {ROLE_LABELS[by.role]}</span>
          </span>,
          fieldLabel(file.field),
          <SiteLink key="of" href={`/admin/people/${member.id}`} className="link">
            <bdi>{member.name}</bdi>
          </SiteLink>,
          intent === "view" ? "Viewed" : "Downloaded",
          address ?? "–",
        ],
      }))}
    />
  );
}
