import { link, mkdir, open, rmdir, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { conflictProblem, diskProblem, errnoCodeOf, isNotFoundError } from "./errors";

/** Moves a temporary file to its final path. Fails with `conflict` if a file exists there. */
export async function moveIntoPlace(root: string, temp: string, path: string): Promise<void> {
  try {
    await linkExclusive(root, temp, path);
  } finally {
    await unlink(temp).catch(() => undefined);
  }
}

/**
 * Adds a second name to a file, durably. Fails with `conflict` if the name is taken: `link`
 * rejects an existing name atomically, `rename` would replace it.
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

/** Creates a folder and its parents, durably. */
export async function makeFolder(root: string, path: string): Promise<void> {
  await withFolder(dirname(path), () => mkdir(path, { mode: 0o700 }));
  await syncFoldersUpTo(root, dirname(path));
}

async function withFolder(folder: string, work: () => Promise<unknown>): Promise<void> {
  for (let attempts = 1; ; attempts++) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await work();
      return;
    } catch (error) {
      // Another call removed the last file and its folder between the two calls. If that happens
      // while `mkdir` creates the parents, `mkdir` reports ENOTDIR.
      if (!isNotFoundError(error) || attempts === 20) throw error;
    }
  }
}

/**
 * Deletes files, and the folders that become empty, with one sync for each folder. Succeeds if
 * some files do not exist. Tries every file before it fails.
 */
export async function removeFiles(root: string, paths: readonly string[]): Promise<void> {
  const failures: unknown[] = [];
  const changedFolders = new Set<string>();
  for (const path of paths) {
    try {
      await unlink(path);
      changedFolders.add(dirname(path));
    } catch (error) {
      if (!isNotFoundError(error)) failures.push(error);
    }
  }
  for (const folder of changedFolders)
    await removeEmptyFolders(root, folder).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw diskProblem(failures[0]);
}

/** Deletes a folder and its parents as far as they are empty. Syncs the lowest that remains. */
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

/** Syncs a folder, or its nearest existing parent if another call has just removed it. */
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
