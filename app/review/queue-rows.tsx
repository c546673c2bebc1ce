"use client";

import type { FileStatus } from "@/app/_ui/file-status";
import { SiteLink } from "@/app/_ui/site-link";
import { StatusBadge } from "@/app/_ui/status-badge";
import { Time } from "@/app/_ui/time";
import { LinkPendingIcon } from "./link-pending-icon";

export type QueueRow = {
  id: string;
  member: string;
  document: string;
  submittedAt: string;
  /** Of a document that is decided, or claimed by the viewer or by another reviewer. */
  state?: { status: FileStatus } | { claimedBy: string } | "mine";
};

/**
 * The rows of the queue. A client component, so that the page carries their data once as markup and
 * once as text; a server component would send each element again as JSON. The list has the styles
 * of all rows for the same reason.
 */
export function QueueRows({ rows, now }: { rows: readonly QueueRow[]; now: Date }) {
  return (
    <ol className={LIST_STYLES}>
      {rows.map(({ id, member, document, submittedAt, state }) => (
        <li key={id}>
          <SiteLink href={`/review/${id}`}>
            <span>
              <bdi>{member}</bdi> <LinkPendingIcon />
            </span>
            <span>{document}</span>
            <span>
              <span className="sr-only">age </span>
              <Time value={submittedAt} as="age" now={now} />
            </span>
            <span>
              {state === undefined ? (
                <span className="text-muted">Unclaimed</span>
              ) : state === "mine" ? (
                <b>Claimed by you</b>
              ) : "status" in state ? (
                <StatusBadge status={state.status} audience="reviewer" />
              ) : (
                <>
                  Claimed by <bdi>{state.claimedBy}</bdi>
                </>
              )}
            </span>
          </SiteLink>
        </li>
      ))}
    </ol>
  );
}

const LIST_STYLES = [
  "border-t border-hairline md:border-t-0 [&>li]:border-b [&>li]:border-hairline",
  "[&_a]:-mx-2 [&_a]:grid [&_a]:grid-cols-[minmax(0,1fr)_auto] [&_a]:gap-x-6 [&_a]:gap-y-1 [&_a]:px-2",
  "[&_a]:py-3 [&_a]:hover:bg-well md:[&_a]:items-baseline",
  "md:[&_a]:grid-cols-[minmax(0,2fr)_minmax(0,2fr)_6rem_minmax(10rem,1fr)]",
  "[&_a>:first-child]:font-serif [&_a>:first-child]:text-lg [&_a>:first-child]:break-words",
  "max-md:[&_a>:nth-child(2)]:order-3",
  "[&_a>:nth-child(3)]:text-muted max-md:[&_a>:nth-child(3)]:justify-self-end",
  "max-md:[&_a>:last-child]:order-4 max-md:[&_a>:last-child]:justify-self-end",
].join(" ");
