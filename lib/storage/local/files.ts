import { link, mkdir, open, rmdir, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { errnoCodeOf, conflictProblem, diskProblem, isNotFoundError } from "./errors";

/** Moves a temporary file to its final path, or fails with `conflict` where something is there; gone from the old one either way. */
export async function moveIntoPlace(root: string, temp: string, path: string): Promise<void> {
  try {
    await linkExclusive(root, temp, path);
  } finally {
    await unlink(temp).catch(() => undefined);
  }
}

/**
 * Gives a file a second name, or fails with `conflict` where something has it: `link` refuses an existing name atomically, which `rename` does
 * not. The name survives a power cut, too.
 */
export async function linkExclusive(root: string, file: string, path: string): Promise<void> {
  try {
    await withFolder(dirname(path), () => link(file, path));
    await syncFoldersUpTo(root, dirname(path));
  } catch (error) {
    if (errnoCodeOf(error) === "EEXIST") throw conflictProblem(error);
    throw diskProblem(error);
  }
}

/** Makes a folder, with those above it; durable. */
export async function makeFolder(root: string, path: string): Promise<void> {
  await withFolder(dirname(path), () => mkdir(path, { mode: 0o700 }));
  await syncFoldersUpTo(root, dirname(path));
}

async function withFolder(folder: string, work: () => Promise<unknown>): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await work();
      return;
    } catch (error) {
      // Somebody removed the last file of this folder, and the folder with it, between the two calls, or between the making of two folders:
      // then `mkdir` was told that a folder is there, looks, finds none and says ENOTDIR.
      if (!isNotFoundError(error) || tries === 20) throw error;
    }
  }
}

/** Removes files and the folders that they leave empty, with one sync for each folder. Fine where some are not there; every one is tried. */
export async function removeFiles(root: string, paths: readonly string[]): Promise<void> {
  const failures: unknown[] = [];
  const left = new Set<string>();
  for (const path of paths) {
    try {
      await unlink(path);
      left.add(dirname(path));
    } catch (error) {
      if (!isNotFoundError(error)) failures.push(error);
    }
  }
  for (const folder of left) await removeEmptyFolders(root, folder).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw diskProblem(failures[0]);
}

/** Removes a folder and those above it as far as they are empty; that something has gone from the lowest that is left is durable. */
export async function removeEmptyFolders(root: string, lowest: string): Promise<void> {
  let folder = lowest;
  while (folder.length > root.length) {
    const removed = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!removed) break;
    folder = dirname(folder);
  }
  await syncNearestFolder(root, folder);
}

/** Syncs a folder or, where somebody has just removed it, the nearest one above that is left. */
async function syncNearestFolder(root: string, folder: string): Promise<void> {
  try {
    await syncFolder(folder);
  } catch (error) {
    if (errnoCodeOf(error) !== "ENOENT" || folder.length <= root.length) throw error;
    await syncNearestFolder(root, dirname(folder));
  }
}

async function syncFoldersUpTo(root: string, lowest: string): Promise<void> {
  for (let folder = lowest; folder.length >= root.length; folder = dirname(folder)) await syncFolder(folder);
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}
