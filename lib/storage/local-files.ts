import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, type FileHandle, link, mkdir, open, opendir, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Problem } from "../errors";

/** Older than any transfer that still moves: left behind by a process that was killed. */
const STALE_AFTER = 60 * 60 * 1000;

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** Turns what the file system says into a problem. What is one already stays as it is. */
export function diskProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const full = codeOf(error) === "ENOSPC" || codeOf(error) === "EDQUOT";
  return new Problem(
    "unavailable",
    full ? "The disk is full." : "The files cannot be reached at the moment.",
    {
      cause: error,
    },
  );
}

/** An error of the file system, as against one of whoever supplies the bytes. */
function onDisk<T>(work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => Promise.reject(diskProblem(error)));
}

/**
 * A temporary file that `fill` writes. It is durable when the promise resolves and gone where it fails, whatever the reason.
 * The folder lies beside the objects, on the same file system, under a name that no key can have.
 */
export async function writeTemp(folder: string, fill: (file: FileHandle) => Promise<void>): Promise<string> {
  const temp = await newTempPath(folder);
  const file = await onDisk(open(temp, "wx", 0o600));
  try {
    await fill(file);
    await onDisk(file.sync());
    await onDisk(file.close());
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(temp).catch(() => undefined);
    throw error;
  }
  return temp;
}

/** Appends a chunk whole. */
export function append(file: FileHandle, chunk: Uint8Array): Promise<void> {
  return onDisk(file.writeFile(chunk));
}

/** A temporary copy of a file, durable like `writeTemp`'s. */
export async function copyTemp(folder: string, source: string): Promise<string> {
  const temp = await newTempPath(folder);
  try {
    await copyFile(source, temp, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    const file = await open(temp, "r+");
    await file.sync().finally(() => file.close());
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw error;
  }
  return temp;
}

/**
 * Moves a temporary file to its final path, or fails with `conflict` where something is there: `link` refuses an existing name atomically, which
 * `rename` does not. The name survives a power cut, too: every folder up to the root is synced.
 */
export async function place(root: string, temp: string, path: string): Promise<void> {
  try {
    await linkInto(temp, path);
    for (let folder = dirname(path); folder.length >= root.length; folder = dirname(folder))
      await syncFolder(folder);
  } catch (error) {
    if (codeOf(error) === "EEXIST")
      throw new Problem("conflict", "There is a file under this key already.", { cause: error });
    throw diskProblem(error);
  } finally {
    await unlink(temp).catch(() => undefined);
  }
}

async function linkInto(temp: string, path: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      return await link(temp, path);
    } catch (error) {
      // Somebody removed the last file of this folder, and the folder with it, between the two calls, or between the making of two folders:
      // then `mkdir` was told that a folder is there, looks, finds none and says ENOTDIR.
      const code = codeOf(error);
      if ((code !== "ENOENT" && code !== "ENOTDIR") || tries === 20) throw error;
    }
  }
}

/** Removes a file and the folders that it leaves empty. */
export async function removeFile(root: string, path: string): Promise<void> {
  await unlink(path);
  let folder = dirname(path);
  while (folder.length > root.length) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) break;
    folder = dirname(folder);
  }
  await syncNearest(root, folder);
}

/** Syncs a folder or, where somebody has just removed it, the nearest one above that is left. */
async function syncNearest(root: string, folder: string): Promise<void> {
  try {
    await syncFolder(folder);
  } catch (error) {
    if (codeOf(error) !== "ENOENT" || folder.length <= root.length) throw error;
    await syncNearest(root, dirname(folder));
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

const swept = new Set<string>();

async function newTempPath(folder: string): Promise<string> {
  const temps = join(folder, ".tmp");
  await onDisk(mkdir(temps, { recursive: true, mode: 0o700 }));
  if (!swept.has(temps)) {
    swept.add(temps);
    await onDisk(sweepTemps(temps));
  }
  return join(temps, randomUUID());
}

async function sweepTemps(temps: string): Promise<void> {
  for await (const entry of await opendir(temps)) {
    const path = join(temps, entry.name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > STALE_AFTER) await unlink(path).catch(() => undefined);
  }
}
