import type { Metadata } from "next";
import { appContext, clock } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import { Section } from "@/app/_ui/section";
import { invitationFilterSchema, listInvitations } from "@/lib/accounts/invitations";
import { fields } from "@/lib/fields/fields";
import { isGrantable } from "@/lib/permissions/grant";
import { InvitationList } from "./invitation-list";
import { InviteForm } from "./invite-form";

export const metadata: Metadata = { title: "Invite people" };

const PATH = "/admin/people/invite";

export default async function InvitePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  await requireAdmin(PATH);
  const { data: filter = {} } = invitationFilterSchema.safeParse(await searchParams);
  const { items, next } = await listInvitations(appContext(), filter);
  const choices = [...fields.values()].flatMap(({ name, label }) =>
    isGrantable(name) ? [{ name, label }] : [],
  );
  return (
    <PageBody>
      <PageHeader
        title="Invite people"
        lead="Each person gets a mail with a link that works once, for seven days. With it they choose a name and a password."
      />
      <InviteForm fields={choices} />
      <Section id="open-invitations" title="Open invitations">
        <InvitationList items={items} now={clock.now()} />
        <Pagination
          label="Pages of invitations"
          {...(filter.cursor ? { first: PATH } : {})}
          {...(next ? { next: `${PATH}?cursor=${next}` } : {})}
        />
      </Section>
    </PageBody>
  );
}
