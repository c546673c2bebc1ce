import type { AppContext } from "../app-context";

/** What delivery and templates work with. */
export type MailContext = Pick<AppContext, "db" | "clock" | "log" | "mail" | "onCrashPoint"> & {
  trustsUnverifiedAccounts?: boolean;
};

/** The words of one mail. Plain text: the layout escapes it. */
export type MailContent = {
  /** Neutral: a stranger who sees it learns nothing about a document. */
  subject: string;
  paragraphs: readonly string[];
  /** The one button. The path is on our own site. */
  action?: { label: string; path: `/${string}` };
};

/** The part of an outbox row that a template reads. */
export type MailEvent = {
  /** null: the person is invited, and has no account. */
  recipientId: string | null;
  /** The one-time link in the mail. */
  linkId: string | null;
  detail: unknown;
  dueAt: Date;
};

/** What a template reads its facts with. */
export type FactsContext = Pick<MailContext, "db" | "clock" | "mail">;

type Definition<Facts> = {
  /** Stored in the outbox, so it never changes. */
  name: string;
  /** The name on /admin/mail. */
  label: string;
  /** A mail about security always goes out. The person can switch off every other mail. */
  concernsSecurity: boolean;
  /** Mails of one group to one person at the same time become one mail. */
  group?: "documents";
  /** Reads the facts at delivery. null: the event is no longer true, so no mail is sent. */
  load(context: FactsContext, event: MailEvent): Promise<Facts | null>;
  /** Facts of an example, for tests and previews. */
  example: Facts;
  write(facts: Facts): MailContent;
};

export type MailTemplate = Pick<Definition<unknown>, "name" | "label" | "concernsSecurity" | "group"> & {
  /** Writes the mail of an event; null if the event is no longer true. */
  compose(context: FactsContext, event: MailEvent): Promise<MailContent | null>;
  example: MailContent;
};

/** Connects the facts of a template with its words, and hides their type from the list. */
export function defineTemplate<Name extends string, Facts>({
  load,
  write,
  example,
  ...rest
}: Definition<Facts> & { name: Name }): MailTemplate & { name: Name } {
  return {
    ...rest,
    example: write(example),
    compose: async (context, event) => {
      const facts = await load(context, event);
      return facts === null ? null : write(facts);
    },
  };
}

/** The facts of a mail that is always true and needs none. */
export const NO_FACTS = { load: async () => ({}), example: {} };
