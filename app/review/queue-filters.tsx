import { STATUS_STYLES } from "@/app/_ui/file-status";
import type { Field } from "@/lib/fields/field";
import { isUndecided, QUEUE_STATUSES } from "@/lib/review/outcomes";
import type { StatusCounts } from "@/lib/review/queue";
import { Filter } from "./filter";
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
