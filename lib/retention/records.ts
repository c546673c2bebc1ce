import type { AppContext } from "../app-context";
import { deleteOldPersonalData, PERSONAL_DATA_LIFE } from "../audit/personal-data";
import { Prisma } from "../db/generated/client";
import { removeOldMailFiles } from "../mail/mail-folder";

/** Ends up to `limit` records whose life began at `until` or earlier. Returns how many. */
type EndBatch = (
  context: Pick<AppContext, "db" | "mail">,
  batch: { now: Date; until: Date; limit: number },
) => Promise<number>;

/** The retention job ends the record an ISO 8601 duration after an event. */
export type EndingLife = { for: string; after: string; end: EndBatch };

/**
 * How long a record stays. `as` names what it ends with: a person's rows reference their account,
 * so the database deletes them together with it. `until` says what else ends it. `always`: why it
 * has no end.
 */
type Life = EndingLife | { as: "account" } | { until: string } | { always: string };

export type DataRecord = {
  /** Models of the database, columns of them, and folders of DATA_DIR and of the storage. */
  places: readonly string[];
  title: string;
  /** In words, for the page that shows people what we hold about them. */
  what: string;
  /** Why we hold it. Missing: it says nothing about a person, and the page does not show it. */
  why?: string;
  life: Life;
};

/** Builds the statement that deletes rows at the start of an index, except those in use. */
function deleteRows(
  table: string,
  key: string,
  condition: (batch: { now: Date; until: Date }) => Prisma.Sql,
): EndBatch {
  const [from, id] = [Prisma.raw(`"${table}"`), Prisma.raw(`"${key}"`)];
  return ({ db }, { limit, ...batch }) => db.$executeRaw`
    DELETE FROM ${from} WHERE ${id} IN (
      SELECT ${id} FROM ${from} WHERE ${condition(batch)} LIMIT ${limit} FOR UPDATE SKIP LOCKED)`;
}

/**
 * Every place that holds personal data, what it holds, and how long. The retention job carries the
 * list out, and `/data` shows it. A test fails if a model of the database is missing.
 */
export const RECORDS: readonly DataRecord[] = [
  {
    places: ["User", "Account", "Grant", "Passkey", "Authenticator", "BackupCode", "PersonTerm"],
    title: "Your account and profile",
    what: "Your name, e-mail address, page address and what you write about yourself, such as headline, text, pronouns, location, languages and links; your role and access; the name that members see if you review; whether an admin has suspended you or let you go; your name and addresses once more, as the search of the admins compares them; a hash of your password, from which the password cannot be read; the names of your passkeys, and what checks your codes.",
    why: "You sign in with it. Your page shows your name, what you write and your picture if you make it public.",
    life: { as: "account" },
  },
  {
    places: ["storage: files"],
    title: "Your picture and your documents",
    what: "The files themselves, images of their pages for reviewers, and the description of your picture.",
    why: "You sent them because they are needed, or because you want to show them.",
    life: {
      until: "the last day of each document, which is under “Your documents”; a picture until you remove it",
    },
  },
  {
    places: ["File", "Decision", "Hold"],
    title: "The record of each document",
    what: "File name, size and dates, the decision of the reviewer with its reason, what the reviewer noted from the document or wrote for other reviewers, and holds.",
    why: "It shows what was decided, also after the document itself is deleted.",
    life: { as: "account" },
  },
  {
    places: ["Access"],
    title: "Who opened your documents",
    what: "For each time: the moment, and the name and role that the person had then.",
    why: "You can see who has read your papers.",
    life: { as: "account" },
  },
  {
    places: ["Access.address", "Access.userAgent"],
    title: "From where documents were opened",
    what: "The network address and the browser of each time that you or a reviewer opened a document.",
    why: "To find out what happened if an account is misused.",
    life: {
      for: "P90D",
      after: "the document was opened",
      end: ({ db }, { until, limit }) => db.$executeRaw`
        UPDATE "Access" SET address = NULL, "userAgent" = NULL WHERE id IN (
          SELECT id FROM "Access" WHERE (address IS NOT NULL OR "userAgent" IS NOT NULL) AND at <= ${until}
          ORDER BY at LIMIT ${limit} FOR UPDATE SKIP LOCKED)`,
    },
  },
  {
    places: ["Session"],
    title: "Where you are signed in",
    what: "For each browser in which you are signed in: since when, how you signed in, and a rough name such as “Firefox on Windows”.",
    why: "You stay signed in.",
    life: {
      for: "P7D",
      after: "you last used it, or earlier",
      // A row carries the end of its life: a sign-in is prolonged at most once a day.
      end: deleteRows("Session", "id", ({ now }) => Prisma.sql`"expiresAt" <= ${now}`),
    },
  },
  {
    places: ["Throttle"],
    title: "Attempts to sign in",
    what: "How often a person tried to sign in, to sign up, to get a new password or to open a link, with an e-mail address or from a network.",
    why: "To stop people who guess passwords.",
    life: {
      for: "PT15M",
      after: "the first attempt, or earlier",
      end: deleteRows("Throttle", "key", ({ now }) => Prisma.sql`"windowEndsAt" <= ${now}`),
    },
  },
  {
    places: ["OneTimeLink"],
    title: "Links that work once",
    what: "For each link in a mail to you: what it is for, your address, and until when it works. Not the link itself.",
    why: "The link proves that the mail reached you.",
    life: {
      for: "PT0S",
      after: "the link has expired, or earlier: when you use it",
      end: deleteRows("OneTimeLink", "id", ({ until }) => Prisma.sql`"expiresAt" <= ${until}`),
    },
  },
  {
    places: ["Invitation"],
    title: "Invitations",
    what: "The address and name of a person who is invited, with the role and access that wait for this person.",
    why: "An admin can see who has not joined yet, and send the link again.",
    life: {
      for: "P30D",
      after: "the latest link has expired, or earlier: when the person joins",
      end: deleteRows("Invitation", "id", ({ until }) => Prisma.sql`"expiresAt" <= ${until}`),
    },
  },
  {
    places: ["Verification"],
    title: "Codes that work once",
    what: "A code with which a browser proves that it may go on.",
    why: "A sign-in can need more than one step.",
    life: {
      for: "PT0S",
      after: "the link has expired",
      end: deleteRows("Verification", "id", ({ until }) => Prisma.sql`"expiresAt" <= ${until}`),
    },
  },
  {
    places: ["Upload", "UploadPart"],
    title: "Uploads",
    what: "File name, size and type of each upload, and the key with which your browser can repeat it.",
    why: "An upload that was cut goes on where it stopped.",
    life: {
      for: "P1D",
      after: "the time for the upload is over",
      // `expiresAt` is the latest end of its URL. The sweep gives each upload one of these states.
      end: deleteRows(
        "Upload",
        "id",
        ({ until }) =>
          Prisma.sql`state IN ('completed', 'refused', 'aborted', 'expired') AND "expiresAt" <= ${until}`,
      ),
    },
  },
  {
    places: ["storage: quarantine", "storage: .tmp"],
    title: "Unfinished uploads",
    what: "The bytes of a file that has not arrived completely, or that is not checked yet.",
    why: "The file is checked before we keep it.",
    life: {
      until: "the upload ends; an upload that you do not finish ends by itself, at most two days later",
    },
  },
  {
    places: ["Request"],
    title: "What we asked you for",
    what: "For each request: the document type, the due date, our message to you, and the document that you sent.",
    why: "You and our admins can see what is still missing.",
    life: { as: "account" },
  },
  {
    places: ["Mail"],
    title: "Mails to you",
    what: "Which mails we sent you and when. Not their text, and not your address.",
    why: "Each mail is sent once, and we can see if one did not arrive.",
    life: {
      for: "P30D",
      after: "it was sent, or had to be sent",
      // A mail that no server took says nothing true any more. Not while a process sends it.
      end: deleteRows(
        "Mail",
        "id",
        ({ now, until }) => Prisma.sql`"endedAt" <= ${until} OR (state = 'waiting'
          AND "dueAt" <= ${until} AND ("retryAt" IS NULL OR "retryAt" <= ${now}))`,
      ),
    },
  },
  {
    places: ["DATA_DIR/mail"],
    title: "The mails themselves",
    what: "On a site without a mail server, each mail is a file. A site with one keeps no mail.",
    why: "The operator can see what would have been sent.",
    life: {
      for: "P30D",
      after: "the mail was written",
      end: ({ mail }, { until, limit }) =>
        mail?.folder === undefined ? Promise.resolve(0) : removeOldMailFiles(mail.folder, until, limit),
    },
  },
  {
    places: ["TrailPersonal"],
    title: "Names and reasons in the audit trail",
    what: "The names and typed reasons in entries about you, such as the reason of a hold. They are encrypted.",
    why: "Admins can find out who changed what.",
    life: {
      for: PERSONAL_DATA_LIFE,
      after: "the entry",
      end: (context, { until, limit }) => deleteOldPersonalData(context, until, limit),
    },
  },
  {
    places: ["PersonKey"],
    title: "Your key in the audit trail",
    what: "A random key. Names and reasons about you cannot be read without it.",
    why: "One deletion makes all of them unreadable.",
    life: { until: "your account ends" },
  },
  {
    places: ["Trail", "TrailHead", "TrailPublishedHeads", "storage: trail/heads"],
    title: "The audit trail",
    what: "What was done, when, and to which account or document: numbers, no names.",
    why: "An entry that is removed or changed later is noticed.",
    life: { always: "it proves what happened, and without your account nothing leads from a number to you" },
  },
  {
    places: ["Receipt"],
    title: "Receipts of deletions",
    what: "For each deleted document: its number, its type, its fingerprint, and when it was deleted.",
    why: "They prove that a document was deleted.",
    life: { always: "a proof must outlast what it is about" },
  },
  {
    places: ["storage: destroyed"],
    title: "Marks of deletions",
    what: "The numbers of deleted documents and of erased accounts.",
    why: "If we have to restore a backup, we delete again what it brings back.",
    life: { until: "no backup has the document or the account any more" },
  },
  {
    places: ["Purge"],
    title: "Deletions under way",
    what: "Where the bytes of a deleted file are.",
    why: "Each deletion is tried until it succeeds.",
    life: { until: "the bytes are deleted" },
  },
  {
    places: ["RetentionRun"],
    title: "Runs of the job that deletes",
    what: "Numbers of deleted files.",
    life: {
      for: "P1Y",
      after: "the run",
      end: deleteRows("RetentionRun", "id", ({ until }) => Prisma.sql`"startedAt" <= ${until}`),
    },
  },
  {
    places: ["RetentionRule"],
    title: "Retention rules",
    what: "How long documents of each type are kept.",
    life: { always: "files depend on the rules, and there is one for each document type" },
  },
  {
    places: ["logs"],
    title: "The log of the server",
    what: "Kinds of requests and errors. No name, address, file name or text.",
    life: { always: "it holds no personal data; the operator decides how long it stays" },
  },
];
