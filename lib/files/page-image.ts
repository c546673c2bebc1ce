import { createHash } from "node:crypto";
import type { Viewer } from "../permissions/viewer";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";
import { readAll } from "../storage/read-all";
import { type FileRow, findField, originalKey } from "./file";
import { schedulePurge, discardPending, cancelPurge } from "./purge";

/** Longer than it takes to draw a page and to write it. */
const RENDER_SECONDS = 120;

/**
 * Where a page lies as an image, with the viewer's name laid over it where the field says so; drawn and written where it is not there. Errors: purged,
 * where the file was destroyed meanwhile; conflict, unreadable_file, unavailable.
 */
export async function ensurePageImage(deps: AppContext, viewer: Viewer, file: FileRow, page: number): Promise<string> {
  const day = deps.clock.now().toISOString().slice(0, 10);
  const text = findField(file)?.watermark ? `${viewer.name} · ${day}` : null;
  const overlay = createHash("sha256")
    .update(text === null ? "" : `${viewer.id} ${text}`)
    .digest("hex")
    .slice(0, 16);
  const key = `${file.prefix}pages/${page}-${overlay}.webp`;
  if (!(await deps.storages.private.stat(key)))
    await writePageImage(deps, file, key, () => renderPageImage(deps, file, page, text));
  return key;
}

/** Doomed before it is written, like all bytes: the file may be destroyed while it is drawn, and what is below its prefix be looked for too early. */
async function writePageImage(deps: AppContext, file: FileRow, key: string, drawn: () => Promise<RenderedPage>): Promise<void> {
  const { db } = deps;
  const doomed = [{ storage: "private", prefix: key, fileId: file.id, reason: "unused" } as const];
  const dooms = await db.$transaction((tx) =>
    schedulePurge(tx, deps, doomed, RENDER_SECONDS + deps.limits.sweepGrace),
  );
  let isOwn = true;
  try {
    isOwn = await putIfAbsent(deps, key, await drawn());
    await deps.onCrashPoint?.("page.rendered");
    await db.$transaction(async (tx) => {
      // Held until the end: whoever destroys the file waits, and then finds the page among what it destroys.
      const living = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM "File" WHERE id = ${file.id}::uuid AND "purgedAt" IS NULL FOR SHARE`;
      if (living.length === 0) throw new Problem("purged", "The file has been destroyed; its record stays.");
      await cancelPurge(tx, deps, dooms);
    });
  } catch (thrown) {
    // What another has drawn may be handed out at this moment; if nobody kept it, it goes when it is due.
    if (isOwn) await discardPending(deps, { purgeTargets: doomed, purgeIds: dooms }, thrown);
    throw thrown;
  }
}

type RenderedPage = { data: Buffer; type: string };

async function renderPageImage({ storages }: AppContext, file: FileRow, page: number, text: string | null): Promise<RenderedPage> {
  const { renderPage } = await import("../inspect/page");
  const bytes = await readAll(await storages.private.read(originalKey(file)));
  return renderPage(bytes, file.type as MediaType, page, text === null ? {} : { watermark: { text } });
}

/** Two tabs may draw the same page at once; either image will do. False where it is the other one's. */
async function putIfAbsent({ storages }: AppContext, key: string, { data, type }: RenderedPage): Promise<boolean> {
  try {
    await storages.private.put(key, data, { type, size: data.length });
    return true;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "conflict") return false;
    throw thrown;
  }
}
