import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, stat, statfs } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Clock } from "../../clock";
import type { StorageSettings } from "../../storage/drivers";
import { createStorages } from "../../storage/factory";
import { PROBE_PREFIX } from "../../storage/probe-prefix";
import { describeError } from "../describe-error";
import { SAMPLE, STORAGE_CLASSES } from "./probe-context";
import { type Check, type CheckResult, failedResult, passedResult, warningResult } from "./run-checks";

type LocalStorageSettings = Extract<StorageSettings, { driver: "local" }>;

const GIB = 1024 ** 3;
/**
 * With less than `warning` the disk is soon full; with less than `error` a large document may not
 * fit.
 */
const FREE_SPACE_BYTES = { warning: 5 * GIB, error: GIB / 2 };
/** Folders beside the application that are served to anyone or emptied by the next build. */
const SERVED_FOLDERS = ["public", ".next", "out", "static"];

/** Checks a folder on this machine. `root` is the application's own folder. */
export function localChecks(settings: LocalStorageSettings, clock: Clock, root: string): Check[] {
  const folder = resolve(root, settings.folder);
  return [
    {
      check: "folder",
      title: "The folder exists and the application can write to it",
      run: () => checkWritable(folder),
    },
    {
      check: "folder-place",
      title: "No server serves the folder and no build empties it",
      run: async () => checkFolderLocation(folder, root),
    },
    {
      check: "folder-rights",
      title: "No other account of this machine can read the folder",
      run: () => checkFileModes(folder),
    },
    { check: "space", title: "The disk has free space", run: () => checkFreeSpace(folder) },
    {
      check: "one-disk",
      title: "Temporary files and stored files are on the same disk",
      run: () => checkSameDisk(folder),
    },
    {
      check: "write-read-remove",
      title: "The application writes, reads, copies and deletes files, and overwrites none",
      run: () => checkReadWriteRemove({ ...settings, folder }, clock),
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
  return passedResult("It does.");
}

function checkFolderLocation(folder: string, root: string): CheckResult {
  const [first = ""] = relative(root, folder).split(sep);
  return SERVED_FOLDERS.includes(first)
    ? failedResult(
        `The folder is inside ${first}/, which is served to anyone or emptied by a build.`,
        "Set DATA_DIR to a folder that is neither served nor built.",
      )
    : passedResult("The folder is neither served nor built.");
}

async function checkFileModes(folder: string): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const { mode, uid } = await stat(join(folder, name));
    if (mode & 0o077)
      return warningResult(
        `Other accounts may enter ${name}/ (mode ${(mode & 0o777).toString(8)}).`,
        `Run \`chmod 700\` on the folder ${name} of local storage.`,
      );
    const own = process.getuid?.();
    if (own !== undefined && own !== 0 && uid !== own)
      return warningResult(
        `${name}/ belongs to another account.`,
        "Make the account that runs the application its owner.",
      );
  }
  return passedResult("Only this account can read both folders.");
}

async function checkFreeSpace(folder: string): Promise<CheckResult> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / GIB).toFixed(1)} GiB are free.`;
  const fix = "Free some space, or move DATA_DIR to a larger disk.";
  if (free < FREE_SPACE_BYTES.error) return failedResult(found, fix);
  return free < FREE_SPACE_BYTES.warning ? warningResult(found, fix) : passedResult(found);
}

async function checkSameDisk(folder: string): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const stored = await stat(join(folder, name));
    const temporary = await stat(join(folder, name, ".tmp")).catch(() => stored);
    if (stored.dev !== temporary.dev)
      return failedResult(
        `${name}/.tmp is on another disk than ${name}/.`,
        "Mount the complete folder: the application links files into place, which works on one disk only.",
      );
  }
  return passedResult("They are.");
}

async function checkReadWriteRemove(settings: LocalStorageSettings, clock: Clock): Promise<CheckResult> {
  const [key, copyKey] = [`${PROBE_PREFIX}${randomUUID()}`, `${PROBE_PREFIX}${randomUUID()}`];
  const { private: source, public: target } = createStorages(settings, clock);
  try {
    await source.put(key, SAMPLE.bytes, SAMPLE.ticket);
    const overwritten = await source.put(key, SAMPLE.bytes, SAMPLE.ticket).then(
      () => true,
      () => false,
    );
    if (overwritten)
      return failedResult(
        "A second write to a key succeeded.",
        "Use another file system: this one does not refuse a name that exists.",
      );
    await source.copy(key, target, copyKey, SAMPLE.ticket);
    const range = await target.read(copyKey, { start: 5, end: 9 }).then(buffer);
    if (!range.equals(SAMPLE.bytes.subarray(5, 10)))
      return failedResult("A file returned other bytes than were written.", "Check the disk for defects.");
  } finally {
    await source.remove(key);
    await target.remove(copyKey);
  }
  return (await source.stat(key)) || (await target.stat(copyKey))
    ? failedResult("Deleted files still exist.", "Check the disk for defects.")
    : passedResult("It does, and deleted files no longer exist.");
}
