import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../errors";
import { wrongLengthProblem } from "../stream-checks";
import { diskProblem, isNotFoundError, wrapDiskErrors } from "./errors";

/**
 * Writes exactly these bytes to a temporary file and returns its path. The file is durable when
 * the promise resolves, and removed if it rejects. It is on the file system of the objects, under
 * a name that no key can have. Fails with `content_mismatch` if the bytes are different.
 */
export async function writeTempFile(
  folder: string,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  expected: { size: number; sha256?: string },
): Promise<string> {
  const temp = await createTempPath(folder);
  await writeNewFile(temp, async (file) => {
    const hash = expected.sha256 === undefined ? undefined : createHash("sha256");
    let size = 0;
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > expected.size) break;
      hash?.update(chunk);
      await wrapDiskErrors(file.writeFile(chunk));
    }
    if (size !== expected.size) throw wrongLengthProblem(expected.size);
    if (hash && hash.digest("base64") !== expected.sha256)
      throw new Problem("content_mismatch", "The bytes do not have the declared SHA-256.");
  });
  return temp;
}

/** Creates a file that `fill` writes. Durable when the promise resolves, removed if it rejects. */
export async function writeNewFile(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await wrapDiskErrors(open(path, "wx", 0o600));
  try {
    await fill(file);
    await wrapDiskErrors(file.sync());
    await wrapDiskErrors(file.close());
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw error;
  }
}

/** Copies a file to a temporary file, durably, and returns its path. */
export async function copyToTempFile(folder: string, source: string): Promise<string> {
  const temp = await createTempPath(folder);
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
 * Removes a folder with its contents at once: no reader sees half of it. Throws file system errors.
 */
export async function removeFolderAtomically(root: string, folder: string): Promise<void> {
  const temp = await createTempPath(root);
  await rename(folder, temp);
  await rm(temp, { recursive: true, force: true });
}

/**
 * Removes the entries of a folder that `matches` selects and that were last written before
 * `before`. Succeeds if the folder does not exist.
 */
export async function removeStaleEntries(
  folder: string,
  before: Date,
  matches: (name: string) => boolean = () => true,
): Promise<void> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (isNotFoundError(error)) return [];
    throw diskProblem(error);
  });
  for (const name of names.filter(matches)) {
    const path = join(folder, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats && stats.mtimeMs < before.getTime())
      await wrapDiskErrors(rm(path, { recursive: true, force: true }));
  }
}

/**
 * Removes temporary files of crashed processes. Such a file may be a second name of an object, and
 * would keep the bytes after the object is deleted.
 */
export function removeStaleTempFiles(folder: string, before: Date): Promise<void> {
  return removeStaleEntries(tempFolderOf(folder), before);
}

async function createTempPath(folder: string): Promise<string> {
  const tempFolder = tempFolderOf(folder);
  await wrapDiskErrors(mkdir(tempFolder, { recursive: true, mode: 0o700 }));
  return join(tempFolder, randomUUID());
}

/** A folder that no key can name. */
function tempFolderOf(folder: string): string {
  return join(folder, ".tmp");
}
