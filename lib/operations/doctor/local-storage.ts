import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, stat, statfs } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Clock } from "../../clock";
import type { StorageSettings } from "../../storage/factory";
import { createStorages } from "../../storage/factory";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { STORAGE_CLASSES, SAMPLE } from "./probe-context";
import { type Check, failedResult, passedResult, describeError, type CheckResult, warningResult } from "./report";

type LocalStorageSettings = Extract<StorageSettings, { driver: "local" }>;

const GIB = 1024 ** 3;
/** Bytes: below the one it is soon full, below the other the next large document does not fit. */
const FREE_SPACE_BYTES = { little: 5 * GIB, none: GIB / 2 };
/** What is served to everybody or thrown away at the next build, beside the application. */
const SERVED_FOLDERS = ["public", ".next", "out", "static"];

/** Local storage: a folder on this machine. `root` is the application's own folder. */
export function localChecks(place: LocalStorageSettings, clock: Clock, root: string): Check[] {
  const folder = resolve(root, place.folder);
  return [
    { check: "folder", title: "The folder is there, and we may write into it", run: () => checkWritable(folder) },
    {
      check: "folder-place",
      title: "Nothing serves the folder, and no build empties it",
      run: async () => checkFolderLocation(folder, root),
    },
    {
      check: "folder-rights",
      title: "No other account of this machine looks in",
      run: () => checkFileModes(folder),
    },
    { check: "space", title: "There is room", run: () => checkFreeSpace(folder) },
    {
      check: "one-disk",
      title: "What is being written lies on the same disk as what is kept",
      run: () => checkSameDisk(folder),
    },
    {
      check: "write-read-remove",
      title: "We write, read, copy and destroy, and overwrite nothing",
      run: () => checkReadWriteRemove({ ...place, folder }, clock),
    },
  ];
}

async function checkWritable(folder: string): Promise<CheckResult> {
  try {
    for (const name of STORAGE_CLASSES) {
      await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
      await access(join(folder, name), constants.R_OK | constants.W_OK | constants.X_OK);
    }
  } catch (error) {
    return failedResult(describeError(error), "Set DATA_DIR to a folder that this account owns.");
  }
  return passedResult("It is, and we may.");
}

function checkFolderLocation(folder: string, root: string): CheckResult {
  const [first = ""] = relative(root, folder).split(sep);
  return SERVED_FOLDERS.includes(first)
    ? failedResult(
        `It lies in ${first}/, which is served to everybody or emptied by a build.`,
        "Set DATA_DIR to a folder of its own, outside what is served and built.",
      )
    : passedResult("It lies apart from what is served and built.");
}

async function checkFileModes(folder: string): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const { mode, uid } = await stat(join(folder, name));
    if (mode & 0o077)
      return warningResult(
        `Other accounts may enter ${name}/ (mode ${(mode & 0o777).toString(8)}).`,
        `\`chmod 700\` the folder ${name} of local storage.`,
      );
    const own = process.getuid?.();
    if (own !== undefined && own !== 0 && uid !== own)
      return warningResult(
        `${name}/ belongs to another account.`,
        "Give it to the account that runs the application.",
      );
  }
  return passedResult("Both folders are for this account alone.");
}

async function checkFreeSpace(folder: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / GIB).toFixed(1)} GiB are free.`;
  const mend = "Make room, or move DATA_DIR to a larger disk.";
  if (free < FREE_SPACE_BYTES.none) return failedResult(found, mend);
  return free < FREE_SPACE_BYTES.little ? warningResult(found, mend) : passedResult(found);
}

async function checkSameDisk(folder: string): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const kept = await stat(join(folder, name));
    const written = await stat(join(folder, name, ".tmp")).catch(() => kept);
    if (kept.dev !== written.dev)
      return failedResult(
        `${name}/.tmp lies on another disk than ${name}/.`,
        "Mount the whole folder, not a part of it: a file is linked into its place, which works on one disk only.",
      );
  }
  return passedResult("It does.");
}

async function checkReadWriteRemove(place: LocalStorageSettings, clock: Clock): Promise<CheckResult> {
  const storages = createStorages(place, clock);
  const [key, target] = [`${PROBE_PREFIX}${randomUUID()}`, `${PROBE_PREFIX}${randomUUID()}`];
  const { private: from, public: to } = storages;
  try {
    await from.put(key, SAMPLE.bytes, SAMPLE.ticket);
    const again = await from.put(key, SAMPLE.bytes, SAMPLE.ticket).then(
      () => true,
      () => false,
    );
    if (again)
      return failedResult("A file was overwritten.", "This file system does not keep names apart; take another.");
    await from.copy(key, to, target, SAMPLE.ticket);
    const found = await to.read(target, { start: 5, end: 9 }).then(buffer);
    if (!found.equals(SAMPLE.bytes.subarray(5, 10)))
      return failedResult("A file is read back with other bytes.", "See whether the disk is sound.");
  } finally {
    await from.remove(key);
    await to.remove(target);
  }
  return (await from.stat(key)) || (await to.stat(target))
    ? failedResult("What was destroyed is still there.", "See whether the disk is sound.")
    : passedResult("We do, and what is destroyed is gone.");
}
