import { clsx } from "clsx";
import { STATUS_STYLES } from "@/app/_ui/file-status";
import { SiteLink } from "@/app/_ui/site-link";
import type { Field } from "@/lib/fields/field";
import { isUndecided, QUEUE_STATUSES } from "@/lib/review/outcomes";
import type { StatusCounts } from "@/lib/review/queue";
import { LinkPendingIcon } from "./link-pending-icon";
import { formatCount, type QueueFilter, queueHref } from "./queue-url";

/** The parts of the queue as links: they work without a script, and each has an address. */
export function QueueFilters({
  filter: view,
  counts,
  fieldChoices: kinds,
}: {
  filter: QueueFilter;
  counts: StatusCounts;
  fieldChoices: readonly Pick<Field, "name" | "label">[];
}) {
  const from = { ...view, cursor: undefined };
  return (
    <nav aria-label="Parts of the queue" className="flex flex-wrap gap-x-8 gap-y-3">
      <Filter
        label="Status"
        choices={QUEUE_STATUSES.map((status) => ({
          href: queueHref({ ...from, status, claimed: isUndecided(status) ? view.claimed : undefined }),
          isCurrent: status === view.status,
          label: STATUS_STYLES[status].reviewerLabel ?? STATUS_STYLES[status].label,
          count: formatCount(counts[status]),
        }))}
      />
      {kinds.length > 1 ? (
        <Filter
          label="Kind"
          choices={[{ name: undefined, label: "All" }, ...kinds].map(({ name, label }) => ({
            href: queueHref({ ...from, field: name }),
            isCurrent: name === view.field,
            label,
          }))}
        />
      ) : null}
      {isUndecided(view.status) ? (
        <Filter
          label="Held by"
          choices={(
            [
              { claimed: undefined, label: "All" },
              { claimed: "me", label: "Mine" },
              { claimed: "none", label: "Nobody" },
            ] as const
          ).map(({ claimed, label }) => ({
            href: queueHref({ ...from, claimed }),
            isCurrent: claimed === view.claimed,
            label,
          }))}
        />
      ) : null}
    </nav>
  );
}

type Choice = { href: string; isCurrent: boolean; label: string; count?: string };

function Filter({ label, choices }: { label: string; choices: readonly Choice[] }) {
  const id = `filter-${label.toLowerCase().replace(" ", "-")}`;
  return (
    <div className="grid gap-1 first:w-full">
      <p id={id} className="text-sm text-muted">
        {label}
      </p>
      <ul aria-labelledby={id} className="-mx-2 flex flex-wrap">
        {choices.map(({ href, isCurrent: here, label: words, count }) => (
          <li key={href}>
            <SiteLink
              href={href}
              aria-current={here ? "true" : undefined}
              className={clsx(
                "flex h-11 items-center gap-2 rounded px-2 hover:bg-well",
                here ? "rounded-b-none border-b-2 border-accent pt-0.5 font-bold" : undefined,
              )}
            >
              {words}
              <LinkPendingIcon />
              {count === undefined ? null : (
                <span className="tabular text-sm font-normal text-muted">{count}</span>
              )}
            </SiteLink>
          </li>
        ))}
      </ul>
    </div>
  );
}
