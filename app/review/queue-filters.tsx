import { clsx } from "clsx";
import { STATUS_STYLES } from "@/app/_ui/file-status";
import { SiteLink } from "@/app/_ui/site-link";
import type { Field } from "@/lib/fields/field";
import { isUndecided, QUEUE_STATUSES } from "@/lib/review/outcomes";
import type { StatusCounts } from "@/lib/review/queue";
import { LinkPendingIcon } from "./link-pending-icon";
import { formatCount, type QueueFilter, queueHref } from "./queue-url";

/** The filters of the queue as links, which work without a script. */
export function QueueFilters({
  filter,
  counts,
  fieldChoices,
}: {
  filter: QueueFilter;
  counts: StatusCounts;
  fieldChoices: readonly Pick<Field, "name" | "label">[];
}) {
  const base = { ...filter, cursor: undefined };
  return (
    <nav aria-label="Queue filters" className="flex flex-wrap gap-x-8 gap-y-3">
      <Filter
        label="Status"
        choices={QUEUE_STATUSES.map((status) => ({
          href: queueHref({ ...base, status, claimed: isUndecided(status) ? filter.claimed : undefined }),
          isCurrent: status === filter.status,
          label: STATUS_STYLES[status].reviewerLabel ?? STATUS_STYLES[status].label,
          count: formatCount(counts[status]),
        }))}
      />
      {fieldChoices.length > 1 ? (
        <Filter
          label="Document type"
          choices={[{ name: undefined, label: "All" }, ...fieldChoices].map(({ name, label }) => ({
            href: queueHref({ ...base, field: name }),
            isCurrent: name === filter.field,
            label,
          }))}
        />
      ) : null}
      {isUndecided(filter.status) ? (
        <Filter
          label="Claimed by"
          choices={(
            [
              { claimed: undefined, label: "All" },
              { claimed: "me", label: "Mine" },
              { claimed: "none", label: "Unclaimed" },
            ] as const
          ).map(({ claimed, label }) => ({
            href: queueHref({ ...base, claimed }),
            isCurrent: claimed === filter.claimed,
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
        {choices.map(({ href, isCurrent, label, count }) => (
          <li key={href}>
            <SiteLink
              href={href}
              aria-current={isCurrent ? "true" : undefined}
              className={clsx(
                "flex h-11 items-center gap-2 rounded px-2 hover:bg-well",
                isCurrent ? "rounded-b-none border-b-2 border-accent pt-0.5 font-bold" : undefined,
              )}
            >
              {label}
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
