import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { appContext, clock } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { ButtonLink } from "@/app/_ui/button-link";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import { Problem } from "@/lib/errors";
import type { Viewer } from "@/lib/permissions/viewer";
import { listRequests, type RequestFilter, type RequestPage } from "@/lib/requests/list-requests";
import { RequestFilters } from "./request-filters";
import { RequestTable } from "./request-table";
import { parseRequestFilter, requestsHref } from "./request-url";

export const metadata: Metadata = { title: "Requests" };

export default async function RequestsPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const filter = parseRequestFilter(await searchParams);
  const viewer = await requireAdmin(requestsHref(filter));
  const context = appContext();
  const { items, next, counts } = await loadPage(viewer, filter);
  const askHref = filter.member ? `/admin/requests/ask?member=${filter.member}` : "/admin/requests/ask";
  return (
    <PageBody>
      <PageHeader
        title="Requests"
        lead="What we asked members for. An approval fulfils a request, or the upload where no reviewer decides."
        actions={
          <ButtonLink variant="primary" href={askHref}>
            Ask for a document
          </ButtonLink>
        }
      />
      <RequestFilters filter={filter} counts={counts} />
      {items.length > 0 ? (
        <RequestTable items={items} now={clock.now()} timeZone={context.timeZone} />
      ) : (
        <EmptyState title="There is no such request">
          <p>
            Members see on their own pages what every member has to send. Ask for a document if you need it
            from some of them, or by a date.
          </p>
        </EmptyState>
      )}
      <Pagination
        label="Pages of requests"
        {...(filter.cursor ? { first: requestsHref({ ...filter, cursor: undefined }) } : {})}
        {...(next ? { next: requestsHref({ ...filter, cursor: next }) } : {})}
      />
    </PageBody>
  );
}

async function loadPage(viewer: Viewer, filter: RequestFilter): Promise<RequestPage> {
  try {
    return await listRequests(appContext(), viewer, filter);
  } catch (error) {
    // A URL with an unknown cursor shows the first page.
    if (error instanceof Problem && error.code === "invalid" && filter.cursor)
      redirect(requestsHref({ ...filter, cursor: undefined }));
    throw error;
  }
}
