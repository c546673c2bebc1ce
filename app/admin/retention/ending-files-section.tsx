import { DataTable } from "@/app/_ui/data-table";
import { formatDateAndRelative } from "@/app/_ui/format";
import { Pagination } from "@/app/_ui/pagination";
import { Section } from "@/app/_ui/section";
import type { EndingFile } from "@/lib/retention/ending-files";
import { HoldButton } from "./hold-buttons";

/** Lists the files that end next. An admin sees the member's name only with a grant. */
export function EndingFilesSection({
  files: { items, next },
  isFirstPage,
  labelOf,
  now,
  timeZone,
}: {
  files: { items: EndingFile[]; next: string | null };
  isFirstPage: boolean;
  labelOf: (field: string) => string;
  now: Date;
  timeZone: string;
}) {
  return (
    <Section id="files" title="Files that end next">
      <DataTable
        caption="Files in the order of their last day"
        empty="No file has a last day yet."
        columns={["Document type", "Member", "Last day", "Hold"]}
        rows={items.map(({ id, field, ownerId, ownerName, keepUntil, isHeld }) => ({
          key: id,
          cells: [
            <span key="field">
              {labelOf(field)} <code className="font-mono text-sm text-muted">{id.slice(-6)}</code>
            </span>,
            ownerName ? (
              <bdi key="name">{ownerName}</bdi>
            ) : (
              <code key="member" className="font-mono text-sm">
                {ownerId.slice(-6)}
              </code>
            ),
            formatDateAndRelative(keepUntil, now, timeZone),
            isHeld ? (
              <strong key="held">On hold</strong>
            ) : (
              <HoldButton
                key="hold"
                fileId={id}
                memberId={ownerId}
                name={`${labelOf(field)} ${id.slice(-6)}`}
              />
            ),
          ],
        }))}
      />
      <Pagination
        label="Files that end next"
        {...(isFirstPage ? {} : { first: "/admin/retention" })}
        {...(next ? { next: `/admin/retention?after=${next}` } : {})}
      />
    </Section>
  );
}
