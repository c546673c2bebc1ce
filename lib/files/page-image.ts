import { createHash } from "node:crypto";
import type { AppContext } from "../app-context";
import { Problem } from "../errors";
import type { MediaType } from "../fields/field";
import { shortIdOf } from "../id";
import { DecoderLimitProblem, withDecoder } from "../inspect/decode";
import type { PageOptions } from "../inspect/page";
import { type PagePart, requirePart, WHOLE_PAGE } from "../inspect/page-grid";
import type { Viewer } from "../permissions/viewer";
import { type FileRow, findField, originalKey, purgedProblem } from "./file";
import { cancelPurge, discardPending, schedulePurge } from "./purge";

/** Longer than rendering and writing one page takes. */
const RENDER_SECONDS = 120;
/** A day, and an hour for the URLs that were signed at its end. */
const PAGE_IMAGE_SECONDS = 25 * 3600;

/**
 * A page that needs too much memory or time gets this many attempts, because a machine may be slow.
 */
const MAX_ATTEMPTS = 2;

/**
 * Throws `unreadable_file` for a page that no request draws: its document was too large to inspect,
 * or the page reached the limits of a decoder process before.
 */
export function requireDrawable(file: FileRow, page: number): void {
  if (file.variants === null && file.pages === null)
    throw new Problem(
      "unreadable_file",
      "This document is too large to be displayed here. Its owner can download it.",
    );
  if (file.undrawnPages.filter((each) => each === page).length >= MAX_ATTEMPTS) throw undrawablePage();
}

function undrawablePage(cause?: unknown): Problem {
  return new Problem(
    "unreadable_file",
    "This page takes too much memory or time to be displayed. Ask for a simpler copy, such as a scan.",
    { cause },
  );
}

/**
 * Returns the key of an image of a page, or of a part of it, and renders it if it does not exist
 * yet. The image has the viewer's id and name as a watermark if the field says so. It is deleted
 * after its day. Errors: purged, if the file was deleted at the same time; conflict,
 * unreadable_file, unavailable.
 */
export async function ensurePageImage(
  context: AppContext,
  viewer: Viewer,
  file: FileRow,
  page: number,
  requested: RequestedPart = WHOLE_PAGE,
): Promise<string> {
  const part = { ...requested, tiles: tilesOf(file, page) };
  requirePart(part);
  const day = context.clock.now().toISOString().slice(0, 10);
  const watermark = findField(file)?.watermark ? watermarkOf(viewer, day) : null;
  // Every day has its own keys, so that no URL of an image is signed shortly before its deletion.
  const hash = createHash("sha256")
    .update(watermark === null ? day : `${viewer.id} ${watermark}`)
    .digest("hex")
    .slice(0, 16);
  const isWhole = part.tile === 1 && part.detail === 1;
  const name = isWhole ? String(page) : `${page}.${part.tile}.${part.detail}.${part.cell}`;
  const key = `${file.prefix}pages/${name}-${hash}.webp`;
  const options = {
    type: file.type as MediaType,
    page,
    part,
    ...(watermark === null ? {} : { watermark: { text: watermark } }),
  };
  return context.decoders.share(key, async () => {
    if (!(await context.storages.private.stat(key)))
      await writePageImage(context, file, key, () => renderPageImage(context, viewer, file, options));
    return key;
  });
}

/** The part of a page that a request asks for. */
export type RequestedPart = Omit<PagePart, "tiles">;

/** Returns the number of images that show a page, without more detail. */
function tilesOf(file: FileRow, page: number): number {
  return file.pageTiles[page - 1] ?? 1;
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
      await schedulePurge(tx, context, [{ storage: "private", prefix: key }], PAGE_IMAGE_SECONDS);
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
  context: AppContext,
  viewer: Viewer,
  file: FileRow,
  options: { type: MediaType; page: number } & PageOptions,
): Promise<RenderedPage> {
  const { storages, decoders } = context;
  const { page } = options;
  try {
    return await withDecoder(decoders, { person: viewer.id, purpose: "image" }, async (decoder) => {
      const stream = await storages.private.read(originalKey(file));
      return decoder.run("renderPage", { size: Number(file.size), stream }, options);
    });
  } catch (error) {
    if (!(error instanceof DecoderLimitProblem)) throw error;
    const attempts = error.isFinal ? MAX_ATTEMPTS : 1;
    const { undrawnPages } = await context.db.file.update({
      where: { id: file.id },
      data: { undrawnPages: { push: Array.from({ length: attempts }, () => page) } },
      select: { undrawnPages: true },
    });
    throw undrawnPages.filter((each) => each === page).length >= MAX_ATTEMPTS ? undrawablePage(error) : error;
  }
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
