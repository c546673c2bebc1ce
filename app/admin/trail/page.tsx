import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { appContext } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { buttonClass } from "@/app/_ui/button-class";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import {
  findTrailId,
  findTrailNames,
  listTrailEvents,
  searchTrail,
  type TrailPage,
  trailFilterSchema,
} from "@/lib/audit/search-trail";
import { Problem } from "@/lib/errors";
import { TrailFilters } from "./trail-filters";
import { TrailTable } from "./trail-table";
import { parseTrailSearch, type TrailSearch, trailCsvHref, trailHref } from "./trail-url";

export const metadata: Metadata = { title: "Audit trail" };

export default async function AuditTrailPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const search = parseTrailSearch(await searchParams);
  await requireAdmin(trailHref(search));
  const [filter, events] = await Promise.all([toFilter(search), listTrailEvents(appContext())]);
  const page = filter ? await loadPage(filter, search) : { items: [], next: null };
  const names = await findTrailNames(appContext(), page.items);
  return (
    <PageBody>
      <PageHeader
        title="Audit trail"
        lead="What Dossier did that must be provable later, latest first. A changed or deleted entry shows when an operator verifies the trail."
        actions={
          filter && page.items.length > 0 ? (
            <a href={trailCsvHref(filter)} download className={buttonClass({ variant: "quiet" })}>
              Download as CSV
            </a>
          ) : null
        }
      />
      <TrailFilters search={search} events={events} />
      {page.items.length > 0 ? (
        <TrailTable items={page.items} names={names} />
      ) : (
        <EmptyTrail isFiltered={trailHref(search) !== trailHref({})} />
      )}
      <Pagination
        label="Pages of the audit trail"
        {...(search.cursor ? { first: trailHref({ ...search, cursor: undefined }) } : {})}
        {...(page.next ? { next: trailHref({ ...search, cursor: page.next }) } : {})}
      />
    </PageBody>
  );
}

type Filter = Record<"subject" | "by" | "event" | "from" | "to", string | undefined>;

/** Replaces e-mail addresses by ids. Returns null if no person has an address. */
async function toFilter({ about, by, event, from, to }: TrailSearch): Promise<Filter | null> {
  const [subjectId, byId] = await Promise.all(
    [about, by].map((text) => (text ? findTrailId(appContext(), text) : undefined)),
  );
  if (subjectId === null || byId === null) return null;
  return { subject: subjectId, by: byId, event, from, to };
}

async function loadPage(filter: Filter, search: TrailSearch): Promise<TrailPage> {
  try {
    return await searchTrail(appContext(), { ...trailFilterSchema.parse(filter), cursor: search.cursor });
  } catch (error) {
    // A URL with an unknown cursor shows the first page.
    if (error instanceof Problem && error.code === "invalid" && search.cursor)
      redirect(trailHref({ ...search, cursor: undefined }));
    throw error;
  }
}

function EmptyTrail({ isFiltered }: { isFiltered: boolean }) {
  if (!isFiltered)
    return (
      <EmptyState title="The audit trail has no entries yet">
        <p>Dossier adds an entry when it deletes files, and when a person gets a role or access.</p>
      </EmptyState>
    );
  return (
    <EmptyState title="No entry matches this search">
      <p>Check the e-mail address or id, or choose a longer time.</p>
    </EmptyState>
  );
}
