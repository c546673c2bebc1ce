import { z } from "zod";
import type { MailSettings } from "./settings";
import type { MailContent, MailContext, MailTemplate } from "./template";
import type { OutgoingMail } from "./transport";

export type Recipient = {
  id: string;
  email: string;
  emailVerified: boolean;
  mailOff: boolean;
  demo: boolean;
};

export function findRecipient({ db }: MailContext, id: string): Promise<Recipient | null> {
  return db.user.findUnique({
    where: { id },
    select: { id: true, email: true, emailVerified: true, mailOff: true, demo: true },
  });
}

/** Says why a person gets no mail of this template; null if they get it. */
export function reasonToSkip(
  { mail, trustsUnverifiedAccounts }: MailContext,
  recipient: Recipient,
  { concernsSecurity }: MailTemplate,
): string | null {
  const isReal = mail?.transport.kind === "smtp";
  // The addresses of the demo are not real.
  if (recipient.demo && isReal) return "demo";
  if (!z.email().safeParse(recipient.email).success) return "bad_address";
  if (concernsSecurity) return null;
  if (recipient.mailOff) return "switched_off";
  // Anyone can sign up with the address of a stranger.
  if (isReal && !recipient.emailVerified && !trustsUnverifiedAccounts) return "unverified";
  return null;
}

type Addressing = {
  id: string;
  to: string;
  /** null for a mail about security. */
  urls: { page: string; oneClick: string } | null;
};

/** Renders a mail. Loads the renderer only here: a function that sends no mail does not need it. */
export async function composeMail(
  { appUrl }: Pick<MailSettings, "appUrl">,
  content: MailContent,
  { id, to, urls }: Addressing,
): Promise<OutgoingMail> {
  const { renderMail } = await import("./render-mail");
  const rendered = await renderMail({ ...content, appUrl, unsubscribeUrl: urls?.page ?? null });
  return { id, to, subject: content.subject, oneClickUrl: urls?.oneClick ?? null, ...rendered };
}
