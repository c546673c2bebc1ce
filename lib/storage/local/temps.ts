import { createHash, randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { copyFile, type FileHandle, mkdir, open, opendir, rename, rm, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Problem } from "../../errors";
import { onDisk } from "./errors";

/** Older than any transfer that still moves: left behind by a process that was killed. */
const STALE_AFTER = 60 * 60 * 1000;

/**
 * A temporary file of exactly these bytes, durable when the promise resolves and gone where it fails, whatever the reason. It lies beside the
 * objects, on the same file system, under a name that no key can have. Fails with `content_mismatch` where the bytes are others.
 */
export async function writeTemp(
  folder: string,
  body: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  expected: { size: number; sha256?: string },
): Promise<string> {
  const temp = await newTempPath(folder);
  await writeNew(temp, async (file) => {
    const hash = expected.sha256 === undefined ? undefined : createHash("sha256");
    let size = 0;
    for await (const chunk of body) {
      size += chunk.byteLength;
      if (size > expected.size) break;
      hash?.update(chunk);
      await onDisk(file.writeFile(chunk));
    }
    if (size !== expected.size)
      throw new Problem("content_mismatch", `The file does not have the ${expected.size} bytes announced.`);
    if (hash && hash.digest("base64") !== expected.sha256)
      throw new Problem("content_mismatch", "The bytes are not those that were announced.");
  });
  return temp;
}

/** A file that `fill` writes; durable when the promise resolves and gone where it fails. */
export async function writeNew(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await onDisk(open(path, "wx", 0o600));
  try {
    await fill(file);
    await onDisk(file.sync());
    await onDisk(file.close());
  } catch (error) {
    await file.close().catch(() => undefined);
    await unlink(path).catch(() => undefined);
    throw error;
  }
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

/** Takes a folder away at once and whole, whatever is in it: no reader ever sees half of it. Fails as the file system does. */
export async function discardFolder(root: string, folder: string): Promise<void> {
  const temp = await newTempPath(root);
  await rename(folder, temp);
  await rm(temp, { recursive: true, force: true });
}

/** Removes what nobody has written to for an hour, of those names that `counts` picks. */
export async function sweepStale(
  folder: string,
  counts: (name: string) => boolean = () => true,
): Promise<void> {
  for await (const entry of await opendir(folder)) {
    if (!counts(entry.name)) continue;
    const path = join(folder, entry.name);
    const found = await stat(path).catch(() => undefined);
    if (found && Date.now() - found.mtimeMs > STALE_AFTER)
      await rm(path, { recursive: true, force: true }).catch(() => undefined);
  }
}

const swept = new Set<string>();

async function newTempPath(folder: string): Promise<string> {
  const temps = join(folder, ".tmp");
  await onDisk(mkdir(temps, { recursive: true, mode: 0o700 }));
  if (!swept.has(temps)) {
    swept.add(temps);
    await onDisk(sweepStale(temps));
  }
  return join(temps, randomUUID());
}
