import { formatAge } from "@/app/_ui/format";
import { type Attention, type AttentionKind, MAX_ATTENTION_COUNT } from "@/lib/operations/attention";

/** A line of the overview. `urgent`: something failed. */
type AttentionLine = { title: string; text: string; href: string; urgent: boolean };

type TextInput = {
  now: Date;
  /** The admin has a grant for a reviewed field. */
  reviews: boolean;
};

/** The words of each check, and the page that leads on. */
export const ATTENTION_TEXT: Record<AttentionKind, (found: Attention, input: TextInput) => AttentionLine> = {
  "documents-waiting": ({ count, since }, { now, reviews }) => ({
    title: `${counted(count, "document waits", "documents wait")} for a review`,
    text: `${since ? `The oldest has waited for ${ageOf(since, now)}. ` : ""}${
      reviews ? "Open the review queue." : "See who reviews."
    }`,
    href: reviews ? "/review" : "/admin/people?role=reviewer",
    urgent: false,
  }),
  "requests-overdue": ({ count }) => ({
    title: `${counted(count, "request is", "requests are")} overdue`,
    text: "The members got a reminder by mail, and have not sent the document.",
    href: "/admin/requests?state=overdue",
    urgent: false,
  }),
  "second-factors-missing": ({ count }) => ({
    title: `${counted(count, "reviewer or admin has", "reviewers and admins have")} no second factor`,
    text: "Their accounts are as safe as their passwords. Each of them sets it up on the page Security.",
    href: "/admin/people?secondFactor=missing",
    urgent: false,
  }),
  "jobs-failed": ({ count }) => ({
    title: `${counted(count, "job has", "jobs have")} failed in the last day`,
    text: "The server tries each job again on its schedule. The log of the server has the reason.",
    href: "/admin/mail",
    urgent: true,
  }),
  "retention-late": ({ since }, { now }) => ({
    title: "The retention job does not run",
    text: `${since ? `Its last run was ${ageOf(since, now)} ago. ` : ""}Check the schedule of the jobs.`,
    href: "/admin/retention",
    urgent: true,
  }),
  "mails-failed": ({ count }) => ({
    title: `${counted(count, "mail has", "mails have")} failed`,
    text: "The server tried for two days. You can send them again.",
    href: "/admin/mail?state=failed",
    urgent: true,
  }),
  "deletions-failed": ({ count, since }, { now }) => ({
    title: `${counted(count, "deletion has", "deletions have")} not succeeded yet`,
    text: `${since ? `The oldest has been due for ${ageOf(since, now)}. ` : ""}Check the storage.`,
    href: "/admin/storage",
    urgent: true,
  }),
  "rules-unconfirmed": ({ count }) => ({
    title: `${counted(count, "retention rule waits", "retention rules wait")} for a confirmation`,
    text: "The earlier rule stays in force until an admin confirms the new one.",
    href: "/admin/retention",
    urgent: false,
  }),
};

export const STORAGE_TEXT: AttentionLine = {
  title: "The storage does not respond",
  text: "Members cannot send or open documents. Check the storage.",
  href: "/admin/storage",
  urgent: true,
};

function counted(count: number, one: string, many: string): string {
  if (count > MAX_ATTENTION_COUNT) return `More than ${MAX_ATTENTION_COUNT} ${many}`;
  return `${count} ${count === 1 ? one : many}`;
}

function ageOf(since: Date, now: Date): string {
  const age = formatAge(since, now);
  return age === "now" ? "a moment" : age;
}
