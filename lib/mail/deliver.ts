import { mapConcurrently } from "../concurrency";
import { safeErrorReason } from "../observability/safe-error-reason";
import { type ClaimedMail, claimDueMails, type MailClaim, releaseMails, renewClaim } from "./claim-mails";
import { composeMail, findRecipient, type Recipient, reasonToSkip } from "./compose-mail";
import { endMails, postponeOrFail } from "./end-mails";
import type { MailSettings } from "./settings";
import type { MailContext } from "./template";
import { MAIL_TEMPLATES } from "./template-list";
import { classifyFailure, createSender, type OutgoingMail } from "./transport";
import { unsubscribeUrls } from "./unsubscribe";

export type DeliveryResult = {
  /** Mails that the server accepted, or that are files in the folder. */
  mailed: number;
  /** Attempts that failed. A later run tries again, for two days. */
  unmailed: number;
};

/** After this many failures of the server in sequence it counts as away. */
const MAX_CONSECUTIVE_FAILURES = 3;
/** Mails at a time. Each has a connection of its own. */
const CONCURRENCY = 3;

type Send = (mail: OutgoingMail) => Promise<void>;

/**
 * Delivers every due mail of the outbox. Safe while another process does the same. A process that
 * ends between the server's reply and the update sends that mail again, with the same Message-ID.
 * Stops when none is left, when the mail server is away, or when `signal` is aborted.
 */
export async function deliverDueMails(context: MailContext, signal?: AbortSignal): Promise<DeliveryResult> {
  const result = { mailed: 0, unmailed: 0 };
  const { mail: settings } = context;
  if (!settings || settings.transport.kind === "waiting") return result;
  const send = createSender(settings, settings.transport, context.clock);
  let failures = 0;
  const mayContinue = () => !signal?.aborted && failures < MAX_CONSECUTIVE_FAILURES;
  while (mayContinue()) {
    const groups = groupMails(await claimDueMails(context));
    if (groups.length === 0) break;
    const untried: Claimed[] = [];
    await mapConcurrently(groups, CONCURRENCY, async (group) => {
      if (!mayContinue()) return void untried.push(...group);
      const outcome = await deliverGroup(context, settings, send, group);
      failures = outcome === "away" ? failures + 1 : 0;
      if (outcome === "sent") result.mailed += 1;
      else if (outcome !== "skipped") result.unmailed += 1;
    });
    if (untried.length > 0) await releaseMails(context, claimOf(untried));
  }
  return result;
}

type Claimed = ClaimedMail & { until: Date };

/** Puts the rows that become one mail together: one person, one group of templates. */
function groupMails(claimed: readonly Claimed[]): Claimed[][] {
  const groups = new Map<string, Claimed[]>();
  for (const mail of claimed) {
    const group = MAIL_TEMPLATES.get(mail.template)?.group;
    const key = group ? `${group}/${mail.recipientId}` : mail.id;
    groups.set(key, [...(groups.get(key) ?? []), mail]);
  }
  return [...groups.values()];
}

function claimOf(mails: readonly Claimed[]): MailClaim {
  return { ids: mails.map(({ id }) => id), until: mails[0]?.until ?? new Date(0) };
}

async function deliverGroup(
  context: MailContext,
  settings: MailSettings,
  send: Send,
  group: readonly Claimed[],
): Promise<"sent" | "skipped" | "later" | "never" | "away"> {
  const renewed = await renewClaim(context, claimOf(group));
  if (!renewed) return "skipped";
  let prepared: Prepared | null;
  try {
    prepared = await prepareGroup(context, settings, group, renewed);
  } catch (error) {
    // A defect in a template must not keep its mail in the outbox for ever.
    const reason = error instanceof Error ? error.name : "unknown";
    context.log.error("A mail could not be prepared.", { reason: safeErrorReason(error) });
    for (const mail of group)
      await postponeOrFail(context, { ...renewed, ids: [mail.id] }, mail, { kind: "later", reason });
    return "later";
  }
  if (!prepared) return "skipped";
  const { mail, claim, first } = prepared;
  try {
    await send(mail);
  } catch (error) {
    const failure = classifyFailure(error);
    context.log.warn("A mail could not be sent.", { reason: failure.reason, template: first.template });
    await postponeOrFail(context, claim, first, failure);
    return failure.kind;
  }
  await context.onCrashPoint?.("mail.sent");
  await endMails(context, claim, { sent: mail.id });
  return "sent";
}

type Prepared = { mail: OutgoingMail; claim: MailClaim; first: Claimed };

/** Checks that the mails are still true and wanted, and renders the one that says them all. */
async function prepareGroup(
  context: MailContext,
  settings: MailSettings,
  group: readonly Claimed[],
  renewed: MailClaim,
): Promise<Prepared | null> {
  const recipient = group[0] ? await findRecipient(context, group[0]) : null;
  if (!recipient) {
    await endMails(context, renewed, { skipped: "outdated" });
    return null;
  }
  const wanted: Claimed[] = [];
  for (const mail of group) {
    const reason = await reasonToSkipOrOutdated(context, recipient, mail);
    if (reason === null) wanted.push(mail);
    else await endMails(context, { ...renewed, ids: [mail.id] }, { skipped: reason });
  }
  // The smallest id, so that a repeat after a crash has the same Message-ID.
  const first = wanted.toSorted((one, other) => (one.id < other.id ? -1 : 1))[0];
  if (!first) return null;
  const names = new Set(wanted.map(({ template }) => template));
  const template = MAIL_TEMPLATES.get(names.size > 1 ? "news" : first.template);
  const content = names.size > 1 ? template?.example : await template?.compose(context, first);
  if (!template || !content) return null;
  const urls = template.concernsSecurity ? null : unsubscribeUrls(settings, recipient.id);
  const mail = await composeMail(settings, content, { id: first.id, to: recipient.email, urls });
  return { mail, first, claim: { ...renewed, ids: wanted.map(({ id }) => id) } };
}

async function reasonToSkipOrOutdated(
  context: MailContext,
  recipient: Recipient,
  mail: Claimed,
): Promise<string | null> {
  const template = MAIL_TEMPLATES.get(mail.template);
  if (!template) return "unknown_template";
  const reason = reasonToSkip(context, recipient, template);
  if (reason !== null) return reason;
  return (await template.compose(context, mail)) === null ? "outdated" : null;
}
