import { createHash } from "node:crypto";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";
import { shortIdOf } from "../id";
import { withDecoder } from "../inspect/decode";
import type { Viewer } from "../permissions/viewer";
import { type FileRow, findField, originalKey, purgedProblem } from "./file";
import { cancelPurge, discardPending, schedulePurge } from "./purge";

/** Longer than rendering and writing one page takes. */
const RENDER_SECONDS = 120;

/**
 * Returns the key of a page image, and renders the image if it does not exist yet. The image has
 * the viewer's id and name as a watermark if the field says so.
 * Errors: purged, if the file was deleted at the same time; conflict, unreadable_file, unavailable.
 */
export async function ensurePageImage(
  context: AppContext,
  viewer: Viewer,
  file: FileRow,
  page: number,
): Promise<string> {
  const day = context.clock.now().toISOString().slice(0, 10);
  const watermark = findField(file)?.watermark ? watermarkOf(viewer, day) : null;
  const watermarkHash = createHash("sha256")
    .update(watermark === null ? "" : `${viewer.id} ${watermark}`)
    .digest("hex")
    .slice(0, 16);
  const key = `${file.prefix}pages/${page}-${watermarkHash}.webp`;
  if (!(await context.storages.private.stat(key)))
    await writePageImage(context, file, key, () => renderPageImage(context, viewer, file, page, watermark));
  return key;
}

/** The id comes first: no name, whatever its length and script, hides who looked. */
function watermarkOf({ id, name }: Viewer, day: string): string {
  return `ID ${shortIdOf(id)} · ${day} · ${name}`;
}

/**
 * Schedules a purge of the image before it is written: the file may be deleted during the
 * rendering, and its purge may list the prefix too early to find the image.
 */
async function writePageImage(
  context: AppContext,
  file: FileRow,
  key: string,
  render: () => Promise<RenderedPage>,
): Promise<void> {
  const { db } = context;
  const purgeTargets = [{ storage: "private", prefix: key, fileId: file.id, reason: "unused" } as const];
  const purgeIds = await db.$transaction((tx) =>
    schedulePurge(tx, context, purgeTargets, RENDER_SECONDS + context.limits.sweepGrace),
  );
  let isOwn = true;
  try {
    isOwn = await putIfAbsent(context, key, await render());
    await context.onCrashPoint?.("page.rendered");
    await db.$transaction(async (tx) => {
      // The lock makes a deletion of the file wait. Its purge then lists this image too.
      const existing = await tx.$queryRaw<{ id: string }[]>`
        SELECT id FROM "File" WHERE id = ${file.id}::uuid AND "purgedAt" IS NULL FOR SHARE`;
      if (existing.length === 0) throw purgedProblem();
      await cancelPurge(tx, context, purgeIds);
    });
  } catch (error) {
    // A concurrent request may return a URL of its own image now. The sweep purges what stays
    // unused.
    if (isOwn) await discardPending(context, { purgeTargets, purgeIds }, error);
    throw error;
  }
}

type RenderedPage = { data: Buffer; type: string };

async function renderPageImage(
  { storages, decoders }: AppContext,
  viewer: Viewer,
  file: FileRow,
  page: number,
  watermark: string | null,
): Promise<RenderedPage> {
  return withDecoder(decoders, { person: viewer.id, purpose: "image" }, async (decoder) => {
    const stream = await storages.private.read(originalKey(file));
    return decoder.run(
      "renderPage",
      { size: Number(file.size), stream },
      {
        type: file.type as MediaType,
        page,
        ...(watermark === null ? {} : { watermark: { text: watermark } }),
      },
    );
  });
}

/** Returns false if a concurrent request has written the same image. */
async function putIfAbsent(
  { storages }: AppContext,
  key: string,
  { data, type }: RenderedPage,
): Promise<boolean> {
  try {
    await storages.private.put(key, data, { type, size: data.length });
    return true;
  } catch (error) {
    if (error instanceof Problem && error.code === "conflict") return false;
    throw error;
  }
}
