import { redirect } from "next/navigation";
import { requireReviewer } from "@/app/_server/current-viewer";
import { clock, appContext } from "@/app/_server/app-context";
import { ButtonLink } from "@/app/_ui/button-link";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import type { Viewer } from "@/lib/permissions/viewer";
import { Problem } from "@/lib/errors";
import { fields } from "@/lib/fields/fields";
import { type ReviewQueue, listReviews, queueSchema } from "@/lib/review/queue";
import { reviewableFields } from "@/lib/permissions/decide";
import { ClaimNextButton, ClaimNextResult } from "./claim-next-button";
import { type QueueFilter, queueHref, parseQueueFilter } from "./queue-url";
import { QueueFilters } from "./queue-filters";
import { QueueList } from "./queue-list";
import { ShortcutsButton } from "./shortcuts-button";

const PAGE_SIZE = 25;

export default async function QueuePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const view = parseQueueFilter(await searchParams);
  const viewer = await requireReviewer(queueHref(view));
  const granted = reviewableFields(viewer).length > 0;
  return (
    <PageBody>
      <PageHeader
        title="Desk"
        lead="Documents that wait for a decision, the oldest first. Opening one puts your name on its register."
        actions={
          granted ? (
            <>
              <ShortcutsButton />
              <ClaimNextButton />
            </>
          ) : null
        }
      />
      {granted ? (
        <>
          <ClaimNextResult />
          <QueueBody view={view} viewer={viewer} />
        </>
      ) : (
        <EmptyState title="You have not been given any documents to decide on">
          <p>
            Leave to see documents is given for each kind of document, and no role brings it. Any admin can
            give it to you. Nobody can give it to themselves, admins neither.
          </p>
        </EmptyState>
      )}
    </PageBody>
  );
}

/** Awaited with the page and not streamed after it: what is streamed is not to be seen without a script. */
async function QueueBody({ view, viewer }: { view: QueueFilter; viewer: Viewer }) {
  const { items, next, counts } = await loadQueue(viewer, view);
  const kinds = reviewableFields(viewer).flatMap((name) => fields.get(name) ?? []);
  return (
    <div className="grid gap-6">
      <QueueFilters filter={view} counts={counts} fieldChoices={kinds} />
      {items.length > 0 ? (
        <QueueList items={items} viewerId={viewer.id} now={clock.now()} />
      ) : (
        <EmptyQueue view={view} />
      )}
      <Pagination
        label="Pages of the queue"
        {...(view.cursor ? { first: queueHref({ ...view, cursor: undefined }) } : {})}
        {...(next ? { next: queueHref({ ...view, cursor: next }) } : {})}
      />
    </div>
  );
}

async function loadQueue(viewer: Viewer, view: QueueFilter): Promise<ReviewQueue> {
  try {
    return await listReviews(appContext(), viewer, queueSchema.parse({ ...view, limit: PAGE_SIZE }));
  } catch (thrown) {
    // An address whose cursor somebody shortened: from the beginning, then.
    if (thrown instanceof Problem && thrown.code === "invalid" && view.cursor)
      redirect(queueHref({ ...view, cursor: undefined }));
    throw thrown;
  }
}

function EmptyQueue({ view }: { view: QueueFilter }) {
  const whole = queueHref(view) === "/review";
  if (whole) {
    return (
      <EmptyState title="Nothing is waiting for a decision">
        <p>Every document that you may decide on is decided. New ones appear here as members hand them in.</p>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title={view.claimed === "me" ? "You hold no document" : "There is nothing in this part of the queue"}
      action={<ButtonLink href="/review">Show everything that waits</ButtonLink>}
    >
      <p>
        {view.claimed === "me"
          ? "“Claim next” gives you the oldest one that nobody has."
          : "Another status or another kind of document may have some."}
      </p>
    </EmptyState>
  );
}
