import type { Viewer } from "../accounts/viewer";
import { after, type Deps } from "../deps";
import { Problem } from "../errors";
import { type FileRow, type FileView, viewFile } from "../files/file";
import { settlePublication } from "../files/publication";
import { carryOutSoon, type Doomed, doom, giveUp } from "../files/purge";
import { randomName } from "../id";
import type { Crop } from "../inspect/crop";
import { reasonOf } from "../reason";
import { adopt } from "./adopt";
import { inTime } from "./in-time";
import { promote } from "./promote";
import { clearQuarantine } from "./quarantine";
import { joinParts, requireArrived } from "./received";
import { findUpload, refusalSchema, type UploadRow } from "./upload";

/** What a store must manage at least where it is slow: put together, copy and read back so many bytes a second. */
const SLOWEST_STORE = 8 * 1024 * 1024;

/** Milliseconds after which whoever asks is told that it is under way, however slow the store and large the file. */
const DUE = 4500;

/** Longer than any completion takes; after it another may take over. Seconds. */
function inspectingSeconds({ size }: UploadRow): number {
  return 120 + Math.ceil(Number(size) / SLOWEST_STORE);
}

export type Completion =
  | { id: string; state: "completed"; file: FileView }
  | { id: string; state: "inspecting" };

/** One attempt at a completion: what it owns until it is adopted or given up. */
export type Attempt = {
  upload: UploadRow;
  /** Bytes that lay there when it began; whether they are as many as announced is still to be seen. */
  arrived: number;
  until: Date;
  prefix: string;
  publicPrefix: string;
  doomed: readonly Doomed[];
  dooms: string[];
};

/**
 * Turns what has arrived into a file: claim, promote and inspect, adopt. Repeating it repeats the answer. What takes longer than an answer may goes on
 * where there is somebody to take it over (`deps.goOn`); whoever asks again hears what became of it.
 * Errors: not_found, not_uploaded, gone, conflict, content_mismatch, unreadable_file, unavailable.
 */
export async function complete(deps: Deps, viewer: Viewer, id: string, crop?: Crop): Promise<Completion> {
  const begun = performance.now();
  const upload = await findUpload(deps, viewer, id);
  const settled = await settledAnswer(deps, upload);
  if (settled) return settled;
  const arrived = await requireArrived(deps, upload);
  const attempt = await claim(deps, upload, arrived, crop);
  // Somebody else is at it, or was a moment ago.
  if (!attempt)
    return (await settledAnswer(deps, await findUpload(deps, viewer, id))) ?? { id, state: "inspecting" };
  await deps.reached?.("complete.claimed");
  const work = inspect(deps, attempt);
  const { goOn } = deps;
  if (!goOn) return work;
  return inTime<Completion>(work, DUE - (performance.now() - begun), () => {
    goOn(work);
    return { id, state: "inspecting" };
  });
}

async function settledAnswer({ db, storages, clock }: Deps, upload: UploadRow): Promise<Completion | null> {
  switch (upload.state) {
    case "completed": {
      const file = upload.fileId ? await db.file.findUnique({ where: { id: upload.fileId } }) : null;
      if (!file) throw new Problem("gone", "The file is no longer there.");
      return { id: upload.id, state: "completed", file: viewFile(storages, file) };
    }
    case "refused": {
      const { code, detail } = refusalSchema.parse(upload.problem);
      throw new Problem(code, detail);
    }
    case "aborted":
      throw new Problem("gone", "This upload was cancelled. Please start again.");
    case "expired":
      throw new Problem("gone", "This upload took too long. Please start again.");
    case "inspecting":
      return upload.inspectingUntil && upload.inspectingUntil > clock.now()
        ? { id: upload.id, state: "inspecting" }
        : null;
    case "issued":
      return null;
  }
}

/** Takes the upload for this attempt and, in the same transaction, dooms the keys that the attempt is going to write. */
async function claim(
  deps: Deps,
  upload: UploadRow,
  arrived: number,
  crop: Crop | undefined,
): Promise<Attempt | null> {
  const { db, clock, limits } = deps;
  const lease = inspectingSeconds(upload);
  const until = after(clock, lease);
  const prefix = `files/${randomName()}/`;
  const publicPrefix = `pictures/${randomName()}/`;
  const doomed: Doomed[] = [
    { storage: "private", prefix },
    { storage: "public", prefix: publicPrefix },
  ];
  return db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: {
        id: upload.id,
        OR: [{ state: "issued" }, { state: "inspecting", inspectingUntil: { lte: clock.now() } }],
      },
      data: { state: "inspecting", inspectingUntil: until, ...(crop ? { crop } : {}) },
    });
    if (count === 0) return null;
    const dooms = await doom(tx, deps, doomed, lease + limits.sweepGrace);
    const claimed = { ...upload, crop: crop ?? upload.crop };
    return { upload: claimed, arrived, until, prefix, publicPrefix, doomed, dooms };
  });
}

async function inspect(deps: Deps, attempt: Attempt): Promise<Completion> {
  let file: FileRow;
  try {
    await joinParts(deps, attempt.upload);
    file = await adopt(deps, attempt, await promote(deps, attempt));
  } catch (thrown) {
    if (thrown instanceof Problem && isRefusal(thrown)) await refuse(deps, attempt, thrown);
    else await giveBack(deps, attempt, thrown);
    throw thrown;
  }
  return {
    id: attempt.upload.id,
    state: "completed",
    file: viewFile(deps.storages, await shown(deps, file)),
  };
}

/**
 * The profile may have been shown or hidden while the picture was being made. Whatever comes of that, the file is accepted: its row says that it is
 * unsettled, and the sweep sees to it.
 */
async function shown(deps: Deps, file: FileRow): Promise<FileRow> {
  if (file.variants === null) return file;
  try {
    return await settlePublication(deps, file.id);
  } catch (cause) {
    deps.log.warn("A new picture could not be brought in line with its flags yet; the sweep will do it.", {
      reason: reasonOf(cause),
    });
    return file;
  }
}

/** The bytes themselves are at fault: another try with the same bytes cannot end otherwise. */
function isRefusal({ code }: Problem): boolean {
  return code === "content_mismatch" || code === "unreadable_file";
}

async function refuse(deps: Deps, { upload, until, dooms }: Attempt, problem: Problem): Promise<void> {
  const { db } = deps;
  const quarantine = await db.$transaction(async (tx) => {
    const { count } = await tx.upload.updateMany({
      where: { id: upload.id, state: "inspecting", inspectingUntil: until },
      data: { state: "refused", inspectingUntil: null, problem: problem.toJSON() },
    });
    if (count === 0) throw new Problem("conflict", "This upload was finished elsewhere.");
    await tx.user.update({
      where: { id: upload.ownerId },
      data: { openUploads: { decrement: 1 }, storedBytes: { decrement: upload.size } },
    });
    return clearQuarantine(tx, deps, upload);
  });
  await deps.reached?.("complete.refused");
  await carryOutSoon(deps, [...dooms, ...quarantine]);
}

/** Nothing is wrong with the bytes: the upload is as it was, and completing again may work. */
async function giveBack(deps: Deps, attempt: Attempt, because: unknown): Promise<void> {
  const { upload, until } = attempt;
  try {
    await deps.db.upload.updateMany({
      where: { id: upload.id, state: "inspecting", inspectingUntil: until },
      data: { state: "issued", inspectingUntil: null },
    });
    await giveUp(deps, attempt, because);
  } catch (cause) {
    // The database is away as well: once `until` has passed, the upload can be completed again all the same.
    deps.log.warn("An upload could not be given back.", { reason: reasonOf(cause) });
  }
}
