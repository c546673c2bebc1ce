import { createHmac, timingSafeEqual } from "node:crypto";
import type { AppContext } from "../app-context";
import { deriveKey } from "../audit/trail-key";
import { notFoundProblem } from "../errors";
import { isId } from "../id";
import type { MailSettings } from "./settings";

/** Separates this key from that of session cookies, which have the same secret. */
const KEY_PURPOSE = "dossier mail unsubscribe";

/**
 * Signs the token of a link that switches a person's mails off. It has no end: a mail may be read
 * years later, and the token gives access to nothing else.
 */
export function signUnsubscribeToken(secret: string, personId: string): string {
  return `${personId}.${signatureOf(secret, personId).toString("base64url")}`;
}

/** Returns the person of a token, or null for a forged one, before any query. */
export function readUnsubscribeToken(secret: string, token: string): string | null {
  const [personId = "", signature = "", ...rest] = token.split(".");
  if (!isId(personId) || rest.length > 0) return null;
  const given = Buffer.from(signature, "base64url");
  const expected = signatureOf(secret, personId);
  return given.length === expected.length && timingSafeEqual(given, expected) ? personId : null;
}

function signatureOf(secret: string, personId: string): Buffer {
  return createHmac("sha256", deriveKey(secret, "", KEY_PURPOSE))
    .update(personId)
    .digest();
}

/** URLs of the page that asks, and of the handler for one-click unsubscription (RFC 8058). */
export function unsubscribeUrls(
  { appUrl, secret }: Pick<MailSettings, "appUrl" | "secret">,
  personId: string,
): { page: string; oneClick: string } {
  const query = `?token=${signUnsubscribeToken(secret, personId)}`;
  return { page: `${appUrl}/mail/unsubscribe${query}`, oneClick: `${appUrl}/api/mail/unsubscribe${query}` };
}

/** Tells whether the person of a token gets mails; null for a bad token or an erased person. */
export async function findMailChoice(
  { db, mail }: Pick<AppContext, "db" | "mail">,
  token: string,
): Promise<{ isOff: boolean } | null> {
  const id = mail ? readUnsubscribeToken(mail.secret, token) : null;
  const person = id && (await db.user.findUnique({ where: { id }, select: { mailOff: true } }));
  return person ? { isOff: person.mailOff } : null;
}

/**
 * Switches the mails of a token's person off or on, except those about security. A repeat changes
 * nothing. Errors: not_found, for a bad token and for an erased person alike.
 */
export async function setMailOff(
  { db, mail }: Pick<AppContext, "db" | "mail">,
  token: string,
  isOff: boolean,
): Promise<void> {
  const id = mail ? readUnsubscribeToken(mail.secret, token) : null;
  if (id === null) throw notFoundProblem();
  const { count } = await db.user.updateMany({ where: { id }, data: { mailOff: isOff } });
  if (count === 0) throw notFoundProblem();
}
