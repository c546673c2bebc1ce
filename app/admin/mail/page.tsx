import type { Metadata } from "next";
import { appContext } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { EmptyState } from "@/app/_ui/empty-state";
import { Notice } from "@/app/_ui/notice";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Pagination } from "@/app/_ui/pagination";
import { SiteLink } from "@/app/_ui/site-link";
import { MailState } from "@/lib/db/generated/enums";
import { listMails } from "@/lib/mail/list-mails";
import { showsMails } from "@/lib/mail/mail-folder";
import type { MailSettings } from "@/lib/mail/settings";
import { MailList } from "./mail-list";
import { MAIL_STATES } from "./mail-text";
import { mailHref, parseMailFilter } from "./mail-url";

export const metadata: Metadata = { title: "Mail" };

export default async function MailPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const filter = parseMailFilter(await searchParams);
  await requireAdmin(mailHref(filter));
  const context = appContext();
  const { items, next } = await listMails(context, filter);
  return (
    <PageBody>
      <PageHeader
        title="Mail"
        lead="The mails that wait, and those of the last 30 days. The server tries a mail for two days. Then you can send it again here."
      />
      <TransportNotice settings={context.mail} />
      <StateFilter state={filter.state} />
      {items.length > 0 ? (
        <MailList items={items} canOpen={showsMails(context.mail)} />
      ) : (
        <EmptyState title={filter.state ? "No mail has this state" : "There is no mail yet"}>
          <p>A mail appears here as soon as something happens that a person has to know about.</p>
        </EmptyState>
      )}
      <Pagination
        label="Pages of mails"
        {...(filter.cursor ? { first: mailHref({ state: filter.state }) } : {})}
        {...(next ? { next: mailHref({ state: filter.state, cursor: next }) } : {})}
      />
    </PageBody>
  );
}

/** Says where mails go, if no server sends them. */
function TransportNotice({ settings }: { settings: MailSettings | undefined }) {
  switch (settings?.transport.kind) {
    case "folder":
      return (
        <Notice title="Mails are files">
          <p>
            No mail server is set, so people get no mail. Each mail is a file in the folder{" "}
            <code className="font-mono text-sm">mail</code> of{" "}
            <code className="font-mono text-sm">DATA_DIR</code>. Set{" "}
            <code className="font-mono text-sm">SMTP_URL</code> and{" "}
            <code className="font-mono text-sm">MAIL_FROM</code> to send mails.
          </p>
        </Notice>
      );
    case "waiting":
      return (
        <Notice tone="warning" title="Mails wait">
          <p>
            {settings.transport.why === "preview"
              ? "A preview sends no mail."
              : "No mail server is set. The mails are sent when SMTP_URL and MAIL_FROM are set."}
          </p>
        </Notice>
      );
    default:
      return null;
  }
}

function StateFilter({ state }: { state: MailState | undefined }) {
  const choices = [
    { label: "All", value: undefined },
    ...Object.values(MailState).map((value) => ({ label: MAIL_STATES[value].label, value })),
  ];
  return (
    <nav aria-label="State of the mails">
      <ul className="-mx-2 flex flex-wrap">
        {choices.map(({ label, value }) => (
          <li key={label}>
            <SiteLink
              href={mailHref({ state: value })}
              aria-current={value === state ? "true" : undefined}
              className="flex min-h-11 items-center rounded px-2 hover:bg-well aria-[current]:rounded-b-none aria-[current]:border-b-2 aria-[current]:border-accent aria-[current]:pt-0.5 aria-[current]:font-bold"
            >
              {label}
            </SiteLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
