import { redirect } from "next/navigation";
import { appContext, clock } from "@/app/_server/app-context";
import { requireReviewer } from "@/app/_server/current-viewer";
import { ButtonLink } from "@/app/_ui/button-link";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import { Problem } from "@/lib/errors";
import { fields } from "@/lib/fields/fields";
import { reviewableFields } from "@/lib/permissions/decide";
import type { Viewer } from "@/lib/permissions/viewer";
import { listReviews, queueSchema, type ReviewQueue } from "@/lib/review/queue";
import { ClaimNextButton, ClaimNextResult } from "./claim-next-button";
import { QueueFilters } from "./queue-filters";
import { QueueList } from "./queue-list";
import { parseQueueFilter, type QueueFilter, queueHref } from "./queue-url";
import { ShortcutsButton } from "./shortcuts-button";

const PAGE_SIZE = 25;

export default async function QueuePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const filter = parseQueueFilter(await searchParams);
  const viewer = await requireReviewer(queueHref(filter));
  const hasGrants = reviewableFields(viewer).length > 0;
  return (
    <PageBody>
      <PageHeader
        title="Review queue"
        lead="Documents that wait for a decision, oldest first. Every opening is logged with your name."
        actions={
          hasGrants ? (
            <>
              <ShortcutsButton />
              <ClaimNextButton />
            </>
          ) : null
        }
      />
      {hasGrants ? (
        <>
          <ClaimNextResult />
          <QueueBody filter={filter} viewer={viewer} />
        </>
      ) : (
        <EmptyState title="You have no access to documents yet">
          <p>
            An admin has to give you access to each document type. A role alone gives no access. Admins cannot
            give access to themselves.
          </p>
        </EmptyState>
      )}
    </PageBody>
  );
}

/** Awaited with the page, because streamed content stays hidden without a script. */
async function QueueBody({ filter, viewer }: { filter: QueueFilter; viewer: Viewer }) {
  const { items, next, counts } = await loadQueue(viewer, filter);
  const fieldChoices = reviewableFields(viewer).flatMap((name) => fields.get(name) ?? []);
  return (
    <div className="grid gap-6">
      <QueueFilters filter={filter} counts={counts} fieldChoices={fieldChoices} />
      {items.length > 0 ? (
        <QueueList items={items} viewerId={viewer.id} now={clock.now()} />
      ) : (
        <EmptyQueue filter={filter} />
      )}
      <Pagination
        label="Pages of the queue"
        {...(filter.cursor ? { first: queueHref({ ...filter, cursor: undefined }) } : {})}
        {...(next ? { next: queueHref({ ...filter, cursor: next }) } : {})}
      />
    </div>
  );
}

async function loadQueue(viewer: Viewer, filter: QueueFilter): Promise<ReviewQueue> {
  try {
    return await listReviews(appContext(), viewer, queueSchema.parse({ ...filter, limit: PAGE_SIZE }));
  } catch (error) {
    // A URL with a broken cursor shows the first page.
    if (error instanceof Problem && error.code === "invalid" && filter.cursor)
      redirect(queueHref({ ...filter, cursor: undefined }));
    throw error;
  }
}

function EmptyQueue({ filter }: { filter: QueueFilter }) {
  const isUnfiltered = queueHref(filter) === "/review";
  if (isUnfiltered) {
    return (
      <EmptyState title="No document is waiting for a decision">
        <p>
          All documents that you can review are decided. New documents appear here when members upload them.
        </p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={filter.claimed === "me" ? "You have claimed no document" : "No document matches this filter"}
      action={<ButtonLink href="/review">Show all waiting documents</ButtonLink>}
    >
      <p>
        {filter.claimed === "me"
          ? "“Claim next” gives you the oldest unclaimed document."
          : "Choose another status or document type."}
      </p>
    </EmptyState>
  );
}
