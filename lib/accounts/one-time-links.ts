import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { AppContext } from "../app-context";
import { deriveKey } from "../audit/trail-key";
import type { Tx } from "../db/client";
import { notFoundProblem, Problem } from "../errors";
import { isId, newId } from "../id";

/** How long a person can take a change of the address back. Seconds. */
export const UNDO_SECONDS = 7 * 24 * 3600;

/** What a link allows: how long it lives in seconds, and the path of its page. */
const LINKS = {
  /** An invited person creates an account. */
  invitation: { seconds: 7 * 24 * 3600, page: "/join" },
  /** A new person proves the address of the account. */
  verification: { seconds: 24 * 3600, page: "/verify" },
  /** A person who cannot sign in sets a new password. */
  recovery: { seconds: 30 * 60, page: "/recover" },
  /** A person proves a new address. It becomes that of the account. */
  address: { seconds: 24 * 3600, page: "/address" },
  /** The owner of the earlier address takes the change back. */
  "address-undo": { seconds: UNDO_SECONDS, page: "/address/undo" },
} as const satisfies Record<string, { seconds: number; page: `/${string}` }>;

export type LinkPurpose = keyof typeof LINKS;

const purposeSchema = z.enum(Object.keys(LINKS) as [LinkPurpose, ...LinkPurpose[]]);

/** A link with exactly one subject: a person with an account, or an invitation. */
export type OneTimeLink = {
  id: string;
  personId: string | null;
  invitationId: string | null;
  /** The address that the link was made for. */
  email: string;
  expiresAt: Date;
};

type NewLink = {
  purpose: LinkPurpose;
  email: string;
  /** Default: the life of this purpose. */
  seconds?: number;
} & ({ personId: string } | { invitationId: string });

type LinkContext = Pick<AppContext, "db" | "clock" | "mail">;

/** A new link as its row. */
type LinkRow = { id: string; purpose: string; expiresAt: Date };

/**
 * Creates a link. Earlier links of the same subject stay: see `endLinks`. A mail names the link by
 * its id (`enqueueMails`), and the delivery puts the token into it.
 */
export async function createLink(
  tx: Tx,
  context: Pick<AppContext, "clock">,
  link: NewLink,
): Promise<LinkRow> {
  const data = rowOf(context, link);
  await tx.oneTimeLink.create({ data });
  return data;
}

/** Creates links as `createLink` does, in one statement, and returns them in the same order. */
export async function createLinks(
  tx: Tx,
  context: Pick<AppContext, "clock">,
  links: readonly NewLink[],
): Promise<LinkRow[]> {
  const data = links.map((link) => rowOf(context, link));
  await tx.oneTimeLink.createMany({ data });
  return data;
}

function rowOf({ clock }: Pick<AppContext, "clock">, { seconds, ...link }: NewLink) {
  const createdAt = clock.now();
  const expiresAt = new Date(createdAt.getTime() + (seconds ?? LINKS[link.purpose].seconds) * 1000);
  return { id: newId(), ...link, expiresAt, createdAt };
}

/** Ends the links of a person for one purpose. */
export async function endLinks(tx: Tx, link: { purpose: LinkPurpose; personId: string }): Promise<void> {
  await tx.oneTimeLink.deleteMany({ where: link });
}

/**
 * Ends all links of a person whose password or address has changed, so that none that a stranger
 * asked for works any more. Only the owner of the earlier address can still take its change back.
 */
export async function endOtherLinks(tx: Tx, personId: string): Promise<void> {
  await tx.oneTimeLink.deleteMany({ where: { personId, purpose: { not: "address-undo" } } });
}

/**
 * Returns the path of a link's page, with the token. The token is `<id>.<HMAC>`, both in base64url:
 * the key comes from AUTH_SECRET, so a copy of the database opens no link.
 */
export function linkPath(
  context: Pick<AppContext, "mail">,
  { id, purpose }: { id: string; purpose: string },
): `/${string}` {
  const known = purposeSchema.parse(purpose);
  return `${LINKS[known].page}/${signToken(context, known, id)}`;
}

/**
 * Finds the open link of a token. Errors: not_found for a forged token and for one of another
 * purpose; gone for a link that was used, withdrawn or replaced, or that is old.
 */
export async function findLink(
  context: LinkContext,
  purpose: LinkPurpose,
  token: string,
): Promise<OneTimeLink> {
  const id = readToken(context, purpose, token);
  const link = await context.db.oneTimeLink.findFirst({
    where: { id, purpose, expiresAt: { gt: context.clock.now() } },
    select: COLUMNS,
  });
  return link ?? throwGone();
}

/**
 * Uses the link of a token up, in the transaction of what it allows. Locks its subject first, so
 * nothing else ends the link meanwhile. Of two requests at once, one gets it. Errors: those of
 * `findLink`.
 */
export async function useLink(
  tx: Tx,
  context: Pick<LinkContext, "clock" | "mail">,
  purpose: LinkPurpose,
  token: string,
): Promise<OneTimeLink> {
  const id = readToken(context, purpose, token);
  await tx.$queryRaw`
    SELECT id FROM "User" WHERE id = (SELECT "personId" FROM "OneTimeLink" WHERE id = ${id}::uuid)
    FOR NO KEY UPDATE`;
  await tx.$queryRaw`
    SELECT id FROM "Invitation" WHERE id = (SELECT "invitationId" FROM "OneTimeLink" WHERE id = ${id}::uuid)
    FOR UPDATE`;
  const [link] = await tx.$queryRaw<OneTimeLink[]>`
    DELETE FROM "OneTimeLink" WHERE id = ${id}::uuid AND purpose = ${purpose}
      AND "expiresAt" > ${context.clock.now()}::timestamptz
    RETURNING id, "personId", "invitationId", email, "expiresAt"`;
  return link ?? throwGone();
}

const COLUMNS = { id: true, personId: true, invitationId: true, email: true, expiresAt: true } as const;

function throwGone(): never {
  throw new Problem("gone", "This link was used or has ended. Ask for a new one.");
}

/** Returns the id of a token, or throws not_found before any query. */
function readToken(context: Pick<AppContext, "mail">, purpose: LinkPurpose, token: string): string {
  const id = idOf(token);
  // Base64url has several spellings of the same bytes: only ours is valid.
  const expected = Buffer.from(id === null ? "" : signToken(context, purpose, id));
  const given = Buffer.from(token);
  if (id === null || given.length !== expected.length || !timingSafeEqual(given, expected))
    throw notFoundProblem();
  return id;
}

function signToken({ mail }: Pick<AppContext, "mail">, purpose: LinkPurpose, id: string): string {
  if (!mail) throw new Error("Links need the settings of mails: their URL and secret.");
  const key = deriveKey(mail.secret, "", "dossier one-time links");
  const signature = createHmac("sha256", key).update(`${purpose} ${id}`).digest("base64url");
  return `${Buffer.from(id.replaceAll("-", ""), "hex").toString("base64url")}.${signature}`;
}

function idOf(token: string): string | null {
  const hex = Buffer.from(token.split(".")[0] ?? "", "base64url").toString("hex");
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  return isId(id) ? id : null;
}
