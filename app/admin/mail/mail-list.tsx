import type { ReactNode } from "react";
import { ActionButton } from "@/app/_ui/action-button";
import { Icon } from "@/app/_ui/icons";
import { Time } from "@/app/_ui/time";
import type { MailRow } from "@/lib/mail/list-mails";
import { MAIL_TEMPLATES } from "@/lib/mail/template-list";
import { MAIL_STATES, reasonText } from "./mail-text";

/** Lists mails: state, template, recipient, times, attempts. `canOpen`: a link shows each one. */
export function MailList({ items, canOpen }: { items: readonly MailRow[]; canOpen: boolean }) {
  return (
    <ol className="divide-y divide-hairline border-y border-hairline">
      {items.map((mail) => (
        <MailItem key={mail.id} mail={mail} canOpen={canOpen} />
      ))}
    </ol>
  );
}

function MailItem({ mail, canOpen }: { mail: MailRow; canOpen: boolean }) {
  const { icon, label, color } = MAIL_STATES[mail.state];
  const name = MAIL_TEMPLATES.get(mail.template)?.label ?? mail.template;
  return (
    <li className="grid gap-x-6 gap-y-2 py-4 sm:grid-cols-[12rem_minmax(0,1fr)_auto]">
      <p className={`flex items-start gap-2 font-bold ${color}`}>
        <Icon name={icon} className="mt-0.5 size-5" strokeWidth="2" />
        {label}
      </p>
      <div className="grid min-w-0 gap-1">
        <h2 className="font-bold">{name}</h2>
        <p className="wrap-anywhere">
          To {mail.recipient ? <bdi>{mail.recipient.name}</bdi> : "a person who is invited"}
        </p>
        <p className="text-sm text-muted">
          <Times mail={mail} />
        </p>
        {mail.reason ? <p className="max-w-prose text-sm text-muted">{reasonText(mail.reason)}</p> : null}
      </div>
      <div className="flex flex-wrap items-start gap-3">
        {canOpen && mail.state === "sent" ? (
          <a
            className="button"
            href={`/api/mail/${mail.id}`}
            target="_blank"
            rel="noreferrer"
            aria-label={`Open mail: ${name}`}
          >
            Open mail
          </a>
        ) : null}
        {mail.state === "failed" ? (
          <ActionButton
            method="POST"
            path={`/api/mail/${mail.id}/retry`}
            done="The server tries to send the mail again within a minute."
            pendingLabel="Sending"
            accessibleName={`Send again: ${name}`}
          >
            Send again
          </ActionButton>
        ) : null}
      </div>
    </li>
  );
}

function Times({ mail: { state, dueAt, retryAt, endedAt, tries } }: { mail: MailRow }): ReactNode {
  const attempts = tries === 0 ? "" : tries === 1 ? " · 1 attempt" : ` · ${tries} attempts`;
  const at = endedAt ?? retryAt ?? dueAt;
  const verb = state === "waiting" ? (retryAt ? "Next attempt" : "Due") : MAIL_STATES[state].label;
  return (
    <>
      {verb}: <Time value={at.toISOString()} as="moment" />
      {attempts}
    </>
  );
}
