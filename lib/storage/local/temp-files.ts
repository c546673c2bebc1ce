import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, type FileHandle, mkdir, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../errors";
import { diskProblem, isNotFoundError, wrapDiskErrors } from "./errors";

/**
 * A temporary file of exactly these bytes, durable when the promise resolves and gone where it fails, whatever the reason. It lies beside the
 * objects, on the same file system, under a name that no key can have. Fails with `content_mismatch` where the bytes are others.
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
    if (size !== expected.size)
      throw new Problem("content_mismatch", `The file does not have the ${expected.size} bytes announced.`);
    if (hash && hash.digest("base64") !== expected.sha256)
      throw new Problem("content_mismatch", "The bytes are not those that were announced.");
  });
  return temp;
}

/** A file that `fill` writes; durable when the promise resolves and gone where it fails. */
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

/** A temporary copy of a file, durable like `writeTemp`'s. */
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

/** Takes a folder away at once and whole, whatever is in it: no reader ever sees half of it. Fails as the file system does. */
export async function removeFolderAtomically(root: string, folder: string): Promise<void> {
  const temp = await createTempPath(root);
  await rename(folder, temp);
  await rm(temp, { recursive: true, force: true });
}

/** Removes what lies in a folder and nobody has written to since `before`, of those names that `counts` picks. Fine where there is no such folder. */
export async function removeStaleEntries(
  folder: string,
  before: Date,
  counts: (name: string) => boolean = () => true,
): Promise<void> {
  const names = await readdir(folder).catch((error: unknown): string[] => {
    if (isNotFoundError(error)) return [];
    throw diskProblem(error);
  });
  for (const name of names.filter(counts)) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && found.mtimeMs < before.getTime()) await wrapDiskErrors(rm(path, { recursive: true, force: true }));
  }
}

/**
 * Removes temporary files of writers that were killed. One may be a second name of an object that was placed a moment before: as long as it is
 * there, the bytes outlive the object.
 */
export function removeStaleTempFiles(folder: string, before: Date): Promise<void> {
  return removeStaleEntries(tempFolderOf(folder), before);
}

async function createTempPath(folder: string): Promise<string> {
  const temps = tempFolderOf(folder);
  await wrapDiskErrors(mkdir(temps, { recursive: true, mode: 0o700 }));
  return join(temps, randomUUID());
}

/** No key can name it. */
function tempFolderOf(folder: string): string {
  return join(folder, ".tmp");
}
