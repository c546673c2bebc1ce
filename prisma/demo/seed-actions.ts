import { createHash } from "node:crypto";
import type { Viewer } from "../../lib/permissions/viewer";
import type { AppContext } from "../../lib/app-context";
import { withdrawFile } from "../../lib/files/withdraw-file";
import { logAccess, logAccessOncePerSession } from "../../lib/audit/access-log";
import { claimDocument } from "../../lib/review/claims";
import { decideOnDocument } from "../../lib/review/decide";
import { undoDecision } from "../../lib/review/undo";
import { completeUpload } from "../../lib/uploads/complete";
import { issueTicket } from "../../lib/uploads/issue";
import type { DaysAgo, DocumentHistory, PastDecision } from "./document-history";
import type { PersonKey } from "./people";

export type DemoViewers = Record<PersonKey, Viewer>;

const CLIENT_INFO = { address: "127.0.0.1", userAgent: "Demo" };
const MINUTE = 1 / (24 * 60);

/** The same parts with a clock that stands still in the past: time comes from the application, and so the past can be lived. */
export function withPastClock(deps: AppContext, now: Date, ago: DaysAgo): AppContext {
  const then = new Date(now.getTime() - ago * 86_400_000);
  return { ...deps, clock: { now: () => then } };
}

/** Brings one file along the road of every upload: ticket, bytes into quarantine, completion. Returns its id. */
export async function uploadFile(
  deps: AppContext,
  by: Viewer,
  file: { field: string; name: string; type: string; bytes: Buffer },
): Promise<string> {
  const { bytes, ...announced } = file;
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  const { id } = await issueTicket(deps, by, { ...announced, size: bytes.length, sha256 }, null);
  // The application that would take a signed PUT is not up yet, so the bytes are put where that would have put them.
  const { key } = await deps.db.upload.findUniqueOrThrow({ where: { id }, select: { key: true } });
  await deps.storages.private.put(key, bytes, { type: file.type, size: bytes.length });
  const completion = await completeUpload(deps, by, id);
  if (completion.state !== "completed") throw new Error(`${file.name} is still being inspected.`);
  return completion.file.id;
}

/** Lives through one chapter, from the sending to the last decision. */
export async function replayHistory(
  deps: AppContext,
  now: Date,
  cast: DemoViewers,
  owner: Viewer,
  chapter: DocumentHistory,
): Promise<void> {
  const { field, name, type, draw, sent, seen = [], decided = [], withdrawn } = chapter;
  const then = (ago: DaysAgo) => withPastClock(deps, now, ago);
  const id = await uploadFile(then(sent), owner, { field, name, type, bytes: await draw() });
  for (const { by, ago, intent = "view" } of seen) await logAccess(then(ago), cast[by], id, intent, CLIENT_INFO);
  for (const decision of decided) await replayDecision(then, cast[decision.by], id, decision);
  if (withdrawn !== undefined) await withdrawFile(then(withdrawn), owner, id);
}

async function replayDecision(then: (ago: DaysAgo) => AppContext, by: Viewer, id: string, decided: PastDecision): Promise<void> {
  const { ago, undone, by: _, ...decision } = decided;
  await claimDocument(then(ago + 4 * MINUTE), by, id);
  await logAccessOncePerSession(then(ago + 3 * MINUTE), by, id, CLIENT_INFO);
  const { sha256 } = await then(ago).db.file.findUniqueOrThrow({ where: { id }, select: { sha256: true } });
  await decideOnDocument(then(ago), by, id, { ...decision, sha256 });
  if (undone) await undoDecision(then(ago - MINUTE / 20), by, id);
}
