import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { appContext } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { ButtonLink } from "@/app/_ui/button-link";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import { listPeople, type PeopleFilter, type PeoplePage } from "@/lib/accounts/list-people";
import { Problem } from "@/lib/errors";
import { PeopleFilters } from "./people-filters";
import { PeopleTable } from "./people-table";
import { parsePeopleFilter, peopleHref } from "./people-url";

export const metadata: Metadata = { title: "People" };

export default async function Page({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const filter = parsePeopleFilter(await searchParams);
  await requireAdmin(peopleHref(filter));
  const { items, next } = await loadPage(filter);
  return (
    <PageBody>
      <PageHeader
        title="People"
        lead="Everyone who has an account: the newest first, or what you search for."
        actions={
          <>
            <ButtonLink href="/admin/people/invite">Invite people</ButtonLink>
            <ButtonLink href="/admin/people/breach">Who opened what</ButtonLink>
          </>
        }
      />
      <PeopleFilters search={filter} />
      {items.length > 0 ? (
        <PeopleTable items={items} />
      ) : (
        <EmptyState title="No person matches this search">
          <p>Check the spelling, or search for the beginning of another name.</p>
        </EmptyState>
      )}
      <Pagination
        label="Pages of people"
        {...(filter.cursor ? { first: peopleHref({ ...filter, cursor: undefined }) } : {})}
        {...(next ? { next: peopleHref({ ...filter, cursor: next }) } : {})}
      />
    </PageBody>
  );
}

async function loadPage(filter: PeopleFilter): Promise<PeoplePage> {
  try {
    return await listPeople(appContext(), filter);
  } catch (error) {
    // A URL with an unknown cursor shows the first page.
    if (error instanceof Problem && error.code === "invalid" && filter.cursor)
      redirect(peopleHref({ ...filter, cursor: undefined }));
    throw error;
  }
}
