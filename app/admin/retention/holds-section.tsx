import { DataTable } from "@/app/_ui/data-table";
import { Section } from "@/app/_ui/section";
import { Time } from "@/app/_ui/time";
import type { HoldView } from "@/lib/retention/holds";
import { ReleaseButton } from "./hold-buttons";

/** Lists holds, those in force first. */
export function HoldsSection({ holds }: { holds: readonly HoldView[] }) {
  return (
    <Section id="holds" title="Holds">
      <DataTable
        caption="Holds, those in force first"
        empty="There is no hold. A hold keeps a file after its last day."
        columns={["On", { label: "Reason", as: "prose" }, "Since", "State"]}
        rows={holds.map(({ id, fileId, memberId, reason, createdAt, released }) => ({
          key: id,
          cells: [
            <span key="on">
              {fileId ? "File" : "Member"}{" "}
              <code className="font-mono text-sm">{(fileId ?? memberId ?? "").slice(-6)}</code>
            </span>,
            <span key="reason" dir="auto" className="whitespace-pre-line">
              {reason}
            </span>,
            <Time key="since" value={createdAt} />,
            released ? (
              <span key="released">
                Released <Time value={released.at} />: <bdi>{released.reason}</bdi>
              </span>
            ) : (
              <ReleaseButton key="release" holdId={id} name={(fileId ?? memberId ?? "").slice(-6)} />
            ),
          ],
        }))}
      />
    </Section>
  );
}
