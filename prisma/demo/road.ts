import { createHash } from "node:crypto";
import type { Viewer } from "../../lib/accounts/viewer";
import type { Deps } from "../../lib/deps";
import { erase } from "../../lib/files/erase";
import { register, registerSitting } from "../../lib/register/access";
import { claim } from "../../lib/review/claims";
import { decide } from "../../lib/review/decide";
import { undo } from "../../lib/review/undo";
import { complete } from "../../lib/uploads/complete";
import { issue } from "../../lib/uploads/issue";
import type { Ago, Chapter, Decided } from "./chapter";
import type { PersonKey } from "./people";

export type Cast = Record<PersonKey, Viewer>;

const ORIGIN = { address: "127.0.0.1", userAgent: "Demo" };
const MINUTE = 1 / (24 * 60);

/** The same parts with a clock that stands still in the past: time comes from the application, and so the past can be lived. */
export function past(deps: Deps, now: Date, ago: Ago): Deps {
  const then = new Date(now.getTime() - ago * 86_400_000);
  return { ...deps, clock: { now: () => then } };
}

/** Brings one file along the road of every upload: ticket, bytes into quarantine, completion. Returns its id. */
export async function handIn(
  deps: Deps,
  by: Viewer,
  file: { field: string; name: string; type: string; bytes: Buffer },
): Promise<string> {
  const { bytes, ...announced } = file;
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  const { id } = await issue(deps, by, { ...announced, size: bytes.length, sha256 }, null);
  // The application that would take a signed PUT is not up yet, so the bytes are put where that would have put them.
  const { key } = await deps.db.upload.findUniqueOrThrow({ where: { id }, select: { key: true } });
  await deps.storages.private.put(key, bytes, { type: file.type, size: bytes.length });
  const completion = await complete(deps, by, id);
  if (completion.state !== "completed") throw new Error(`${file.name} is still being inspected.`);
  return completion.file.id;
}

/** Lives through one chapter, from the sending to the last decision. */
export async function live(
  deps: Deps,
  now: Date,
  cast: Cast,
  owner: Viewer,
  chapter: Chapter,
): Promise<void> {
  const { field, name, type, draw, sent, seen = [], decided = [], withdrawn } = chapter;
  const then = (ago: Ago) => past(deps, now, ago);
  const id = await handIn(then(sent), owner, { field, name, type, bytes: await draw() });
  for (const { by, ago, intent = "view" } of seen) await register(then(ago), cast[by], id, intent, ORIGIN);
  for (const decision of decided) await settle(then, cast[decision.by], id, decision);
  if (withdrawn !== undefined) await erase(then(withdrawn), owner, id);
}

async function settle(then: (ago: Ago) => Deps, by: Viewer, id: string, decided: Decided): Promise<void> {
  const { ago, undone, by: _, ...decision } = decided;
  await claim(then(ago + 4 * MINUTE), by, id);
  await registerSitting(then(ago + 3 * MINUTE), by, id, ORIGIN);
  const { sha256 } = await then(ago).db.file.findUniqueOrThrow({ where: { id }, select: { sha256: true } });
  await decide(then(ago), by, id, { ...decision, sha256 });
  if (undone) await undo(then(ago - MINUTE / 20), by, id);
}
