import { fields } from "@/lib/fields/fields";
import { statusAt } from "@/lib/files/validity";
import { isUndecided } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";
import { type QueueRow, QueueRows } from "./queue-rows";

/** Lists the documents of one page of the queue, oldest first. */
export function QueueList({
  items,
  viewerId,
  now,
}: {
  items: readonly Review[];
  viewerId: string;
  now: Date;
}) {
  return (
    <div>
      <div aria-hidden="true" className="hidden border-b border-hairline pb-2 text-sm text-muted md:block">
        <p className="-mx-2 grid gap-x-6 px-2 md:grid-cols-[minmax(0,2fr)_minmax(0,2fr)_6rem_minmax(10rem,1fr)]">
          <span>Member</span>
          <span>Document</span>
          <span>Age</span>
          <span>Claimed by</span>
        </p>
      </div>
      <QueueRows rows={items.map((review) => toRow(review, viewerId, now))} now={now} />
    </div>
  );
}

/** Picks what a row shows: the page sends it to the browser as well. */
function toRow(review: Review, viewerId: string, now: Date): QueueRow {
  const { file, member, version, submittedAt } = review;
  const label = fields.get(file.field)?.label ?? file.field;
  const state = stateOf(review, viewerId, now);
  return {
    id: file.id,
    member: member.name,
    document: version > 1 ? `${label}, version ${version}` : label,
    submittedAt,
    ...(state ? { state } : {}),
  };
}

function stateOf({ file, claim }: Review, viewerId: string, now: Date): QueueRow["state"] {
  if (!isUndecided(file.status)) return { status: statusAt(file, now) };
  if (!claim) return undefined;
  return claim.by.id === viewerId ? "mine" : { claimedBy: claim.by.name };
}
