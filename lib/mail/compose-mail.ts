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

const COLUMNS = { id: true, email: true, emailVerified: true, mailOff: true, demo: true } as const;

/**
 * Finds who gets a mail. A mail with a one-time link goes to the address of the link, which may
 * belong to no account yet. Returns null if the account or the link has ended.
 */
export async function findRecipient(
  { db }: MailContext,
  { recipientId, linkId }: { recipientId: string | null; linkId: string | null },
): Promise<Recipient | null> {
  const id = recipientId ?? undefined;
  const person = id === undefined ? null : await db.user.findUnique({ where: { id }, select: COLUMNS });
  if (linkId === null) return person;
  const link = await db.oneTimeLink.findUnique({ where: { id: linkId }, select: { email: true } });
  const anyone = { id: linkId, emailVerified: false, mailOff: false, demo: false };
  return link && { ...(person ?? anyone), email: link.email };
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
