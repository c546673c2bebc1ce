import { SiteLink } from "@/app/_ui/site-link";
import { StatusBadge } from "@/app/_ui/status-badge";
import { Time } from "@/app/_ui/time";
import { fields } from "@/lib/fields/fields";
import { statusAt } from "@/lib/files/validity";
import { isUndecided } from "@/lib/review/outcomes";
import type { Review } from "@/lib/review/review";
import { LinkPendingIcon } from "./link-pending-icon";

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
        <p className={`${COLUMNS} grid`}>
          <span>Member</span>
          <span>Document</span>
          <span>Age</span>
          <span>Claimed by</span>
        </p>
      </div>
      <ol className="border-t border-hairline md:border-t-0">
        {items.map((review) => (
          <li key={review.file.id} className="border-b border-hairline">
            <SiteLink
              href={`/review/${review.file.id}`}
              className={`${COLUMNS} grid grid-cols-[minmax(0,1fr)_auto] py-3 hover:bg-well md:items-baseline`}
            >
              <span className="font-serif text-lg break-words">
                <bdi>{review.member.name}</bdi> <LinkPendingIcon />
              </span>
              <span className="max-md:order-3">
                {fields.get(review.file.field)?.label ?? review.file.field}
                {review.version > 1 ? <span className="text-muted">, version {review.version}</span> : null}
              </span>
              <span className="text-muted max-md:justify-self-end">
                <span className="sr-only">age </span>
                <Time value={review.submittedAt} as="age" now={now} />
              </span>
              <span className="max-md:order-4 max-md:justify-self-end">
                <ClaimHolder review={review} viewerId={viewerId} now={now} />
              </span>
            </SiteLink>
          </li>
        ))}
      </ol>
    </div>
  );
}

const COLUMNS =
  "-mx-2 gap-x-6 gap-y-1 px-2 md:grid-cols-[minmax(0,2fr)_minmax(0,2fr)_6rem_minmax(10rem,1fr)]";

function ClaimHolder({
  review: { file, claim },
  viewerId,
  now,
}: {
  review: Review;
  viewerId: string;
  now: Date;
}) {
  if (!isUndecided(file.status)) return <StatusBadge status={statusAt(file, now)} audience="reviewer" />;
  if (!claim) return <span className="text-muted">Unclaimed</span>;
  return claim.by.id === viewerId ? (
    <b>Claimed by you</b>
  ) : (
    <span>
      Claimed by <bdi>{claim.by.name}</bdi>
    </span>
  );
}
