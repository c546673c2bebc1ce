import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { appContext } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { buttonClass } from "@/app/_ui/button-class";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import { Section } from "@/app/_ui/section";
import { listOpenedFiles, type OpenedFile, openedFilterSchema } from "@/lib/audit/opened-files";
import { findTrailId } from "@/lib/audit/search-trail";
import { Problem } from "@/lib/errors";
import { ConfirmButton } from "../confirm-button";
import { BreachFilters } from "./breach-filters";
import { type BreachSearch, breachCsvHref, breachHref, parseBreachSearch } from "./breach-url";
import { OpenedTable } from "./opened-table";

export const metadata: Metadata = { title: "Who opened what" };

export default async function BreachPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const search = parseBreachSearch(await searchParams);
  await requireAdmin(breachHref(search));
  const filter = await toFilter(search);
  const page = filter ? await loadPage(filter, search) : { items: [], next: null };
  return (
    <PageBody>
      <PageHeader
        title="Who opened what"
        lead="Each time that a person opened a document, latest first. Use it when an account was misused."
        actions={
          filter && page.items.length > 0 ? (
            <a href={breachCsvHref(filter)} download className={buttonClass({ variant: "quiet" })}>
              Download as CSV
            </a>
          ) : null
        }
      />
      <BreachFilters search={search} />
      {page.items.length > 0 ? (
        <OpenedTable items={page.items} />
      ) : (
        <EmptyState title="No document was opened">
          <p>Check the e-mail addresses, or choose a longer time.</p>
        </EmptyState>
      )}
      <Pagination
        label="Pages of opened documents"
        {...(search.cursor ? { first: breachHref({ ...search, cursor: undefined }) } : {})}
        {...(page.next ? { next: breachHref({ ...search, cursor: page.next }) } : {})}
      />
      <Section id="everyone" title="Sign everyone out">
        <p className="max-w-prose">
          If you do not know which accounts are misused, end all sessions. You stay signed in. To end those of
          one person, open the page of the person.
        </p>
        <div>
          <ConfirmButton
            label="Sign everyone out…"
            title="Sign everyone out?"
            action="Sign everyone out"
            pendingLabel="Signing out…"
            method="DELETE"
            path="/api/people/sessions"
            word="everyone"
            done="Everyone is signed out but you"
          >
            <p>
              Every person but you has to sign in again. Uploads that run are interrupted and can be resumed.
            </p>
          </ConfirmButton>
        </div>
      </Section>
    </PageBody>
  );
}

type Filter = Omit<BreachSearch, "cursor">;

/** Replaces e-mail addresses by ids. Returns null if no person has an address. */
async function toFilter({ by, member, from, to }: BreachSearch): Promise<Filter | null> {
  const [byId, memberId] = await Promise.all(
    [by, member].map((text) => (text ? findTrailId(appContext(), text) : undefined)),
  );
  if (byId === null || memberId === null) return null;
  return { by: byId, member: memberId, from, to };
}

async function loadPage(
  filter: Filter,
  search: BreachSearch,
): Promise<{ items: OpenedFile[]; next: string | null }> {
  try {
    return await listOpenedFiles(appContext(), {
      ...openedFilterSchema.parse(filter),
      cursor: search.cursor,
    });
  } catch (error) {
    // A URL with an unknown cursor shows the first page.
    if (error instanceof Problem && error.code === "invalid" && search.cursor)
      redirect(breachHref({ ...search, cursor: undefined }));
    throw error;
  }
}
