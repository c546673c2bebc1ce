import { createHash } from "node:crypto";
import type { AppContext } from "../../lib/app-context";
import { logAccess, logPageView } from "../../lib/audit/access-log";
import { withdrawFile } from "../../lib/files/withdraw-file";
import type { Viewer } from "../../lib/permissions/viewer";
import { askMembers } from "../../lib/requests/ask-members";
import { cancelRequest } from "../../lib/requests/cancel-requests";
import { claimDocument } from "../../lib/review/claims";
import { decideOnDocument } from "../../lib/review/decide";
import { undoDecision } from "../../lib/review/undo";
import { completeUpload } from "../../lib/uploads/complete";
import { issueTicket } from "../../lib/uploads/issue";
import type { DaysAgo, DocumentHistory, PastDecision } from "./document-history";
import type { PersonKey } from "./people";
import type { DemoRequest } from "./requests";

export type DemoViewers = Record<PersonKey, Viewer>;

/** The context with a clock that stands still `ago` days before `now`. */
type ContextAt = (ago: DaysAgo) => AppContext;

const CLIENT_INFO = { address: "127.0.0.1", userAgent: "Demo" };
const MINUTE = 1 / (24 * 60);

/** Returns the same context with a clock that stands still `ago` days before `now`. */
export function withPastClock(context: AppContext, now: Date, ago: DaysAgo): AppContext {
  const past = new Date(now.getTime() - ago * 86_400_000);
  return { ...context, clock: { now: () => past } };
}

/** Uploads one file through the functions of a real upload. Returns the file's id. */
export async function uploadFile(
  context: AppContext,
  owner: Viewer,
  file: { field: string; name: string; type: string; bytes: Buffer },
): Promise<string> {
  const { bytes, ...declared } = file;
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  const { id } = await issueTicket(context, owner, { ...declared, size: bytes.length, sha256 }, null);
  // No server accepts a signed PUT yet, so the bytes go straight to the ticket's key.
  const { key } = await context.db.upload.findUniqueOrThrow({ where: { id }, select: { key: true } });
  await context.storages.private.put(key, bytes, { type: file.type, size: bytes.length });
  const completion = await completeUpload(context, owner, id);
  if (completion.state !== "completed") throw new Error(`The inspection of ${file.name} has not ended.`);
  return completion.file.id;
}

/** Replays the events of one document, from the upload to the last decision. */
export async function replayHistory(
  contextAt: ContextAt,
  viewers: DemoViewers,
  owner: Viewer,
  history: DocumentHistory,
): Promise<void> {
  const { field, name, type, render, sent, seen = [], decided = [], withdrawn } = history;
  const id = await uploadFile(contextAt(sent), owner, { field, name, type, bytes: await render() });
  for (const { by, ago, intent = "view" } of seen) {
    await logAccess(contextAt(ago), viewers[by], id, intent, CLIENT_INFO);
  }
  for (const decision of decided) await replayDecision(contextAt, viewers[decision.by], id, decision);
  if (withdrawn !== undefined) await withdrawFile(contextAt(withdrawn), owner, id);
}

/** Asks a person for a document as an admin does. Earlier documents are not there yet. */
export async function replayRequest(
  contextAt: ContextAt,
  admin: Viewer,
  member: Viewer,
  { field, asked, due, message, cancelled }: DemoRequest,
): Promise<void> {
  const { results } = await askMembers(contextAt(asked), admin, {
    field,
    members: [member.id],
    ...(message ? { message } : {}),
    ...(due === undefined ? {} : { dueAt: contextAt(due).clock.now().toISOString().slice(0, 10) }),
  });
  const id = results[0]?.id;
  if (cancelled !== undefined && id) await cancelRequest(contextAt(cancelled), admin, id);
}

async function replayDecision(
  contextAt: ContextAt,
  reviewer: Viewer,
  id: string,
  { ago, undone, by: _, ...decision }: PastDecision,
): Promise<void> {
  await claimDocument(contextAt(ago + 4 * MINUTE), reviewer, id);
  const file = await contextAt(ago).db.file.findUniqueOrThrow({ where: { id } });
  await logPageView(contextAt(ago + 3 * MINUTE), reviewer, file, CLIENT_INFO);
  await decideOnDocument(contextAt(ago), reviewer, id, { ...decision, sha256: file.sha256 });
  if (undone) await undoDecision(contextAt(ago - MINUTE / 20), reviewer, id);
}
