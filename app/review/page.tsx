import { redirect } from "next/navigation";
import { requireReviewer } from "@/app/_server/current-viewer";
import { clock, deps } from "@/app/_server/services";
import { ButtonLink } from "@/app/_ui/button-link";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import type { Viewer } from "@/lib/accounts/viewer";
import { Problem } from "@/lib/errors";
import { fields } from "@/lib/fields/fields";
import { type Queue, queue, queueSchema } from "@/lib/review/queue";
import { desk } from "@/lib/review/review";
import { ClaimNext, ClaimNextOutcome } from "./claim-next";
import { type QueueView, queueHref, queueViewFrom } from "./queue-address";
import { QueueFilters } from "./queue-filters";
import { QueueList } from "./queue-list";
import { ShowKeys } from "./show-keys";

const ROWS = 25;

export default async function QueuePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const view = queueViewFrom(await searchParams);
  const viewer = await requireReviewer(queueHref(view));
  const granted = desk(viewer).length > 0;
  return (
    <PageBody>
      <PageHeader
        title="Desk"
        lead="Documents that wait for a decision, the oldest first. Opening one puts your name on its register."
        actions={
          granted ? (
            <>
              <ShowKeys />
              <ClaimNext />
            </>
          ) : null
        }
      />
      {granted ? (
        <>
          <ClaimNextOutcome />
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
async function QueueBody({ view, viewer }: { view: QueueView; viewer: Viewer }) {
  const { items, next, counts } = await queueOf(viewer, view);
  const kinds = desk(viewer).flatMap((name) => fields.get(name) ?? []);
  return (
    <div className="grid gap-6">
      <QueueFilters view={view} counts={counts} kinds={kinds} />
      {items.length > 0 ? (
        <QueueList items={items} viewerId={viewer.id} now={clock.now()} />
      ) : (
        <NothingHere view={view} />
      )}
      <Pagination
        label="Pages of the queue"
        {...(view.cursor ? { first: queueHref({ ...view, cursor: undefined }) } : {})}
        {...(next ? { next: queueHref({ ...view, cursor: next }) } : {})}
      />
    </div>
  );
}

async function queueOf(viewer: Viewer, view: QueueView): Promise<Queue> {
  try {
    return await queue(deps(), viewer, queueSchema.parse({ ...view, limit: ROWS }));
  } catch (thrown) {
    // An address whose cursor somebody shortened: from the beginning, then.
    if (thrown instanceof Problem && thrown.code === "invalid" && view.cursor)
      redirect(queueHref({ ...view, cursor: undefined }));
    throw thrown;
  }
}

function NothingHere({ view }: { view: QueueView }) {
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
