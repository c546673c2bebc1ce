import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, mkdir, stat, statfs } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Clock } from "../../clock";
import type { StorageSettings } from "../factory";
import { createStorages } from "../factory";
import { PROBES } from "../probes";
import { CLASSES, PROBE } from "./patient";
import { type Check, failed, passed, said, type Verdict, warning } from "./report";

type LocalPlace = Extract<StorageSettings, { driver: "local" }>;

const GIB = 1024 ** 3;
/** Bytes: below the one it is soon full, below the other the next large document does not fit. */
const SPACE = { little: 5 * GIB, none: GIB / 2 };
/** What is served to everybody or thrown away at the next build, beside the application. */
const SERVED = ["public", ".next", "out", "static"];

/** Local storage: a folder on this machine. `root` is the application's own folder. */
export function localChecks(place: LocalPlace, clock: Clock, root: string): Check[] {
  const folder = resolve(root, place.folder);
  return [
    { check: "folder", title: "The folder is there, and we may write into it", look: () => writable(folder) },
    {
      check: "folder-place",
      title: "Nothing serves the folder, and no build empties it",
      look: async () => placed(folder, root),
    },
    {
      check: "folder-rights",
      title: "No other account of this machine looks in",
      look: () => rights(folder),
    },
    { check: "space", title: "There is room", look: () => space(folder) },
    {
      check: "one-disk",
      title: "What is being written lies on the same disk as what is kept",
      look: () => oneDisk(folder),
    },
    {
      check: "write-read-remove",
      title: "We write, read, copy and destroy, and overwrite nothing",
      look: () => whole({ ...place, folder }, clock),
    },
  ];
}

async function writable(folder: string): Promise<Verdict> {
  try {
    for (const name of CLASSES) {
      await mkdir(join(folder, name), { recursive: true, mode: 0o700 });
      await access(join(folder, name), constants.R_OK | constants.W_OK | constants.X_OK);
    }
  } catch (error) {
    return failed(said(error), "Set DATA_DIR to a folder that this account owns.");
  }
  return passed("It is, and we may.");
}

function placed(folder: string, root: string): Verdict {
  const [first = ""] = relative(root, folder).split(sep);
  return SERVED.includes(first)
    ? failed(
        `It lies in ${first}/, which is served to everybody or emptied by a build.`,
        "Set DATA_DIR to a folder of its own, outside what is served and built.",
      )
    : passed("It lies apart from what is served and built.");
}

async function rights(folder: string): Promise<Verdict> {
  for (const name of CLASSES) {
    const { mode, uid } = await stat(join(folder, name));
    if (mode & 0o077)
      return warning(
        `Other accounts may enter ${name}/ (mode ${(mode & 0o777).toString(8)}).`,
        `\`chmod 700\` the folder ${name} of local storage.`,
      );
    const own = process.getuid?.();
    if (own !== undefined && own !== 0 && uid !== own)
      return warning(
        `${name}/ belongs to another account.`,
        "Give it to the account that runs the application.",
      );
  }
  return passed("Both folders are for this account alone.");
}

async function space(folder: string): Promise<Verdict> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const found = `${(free / GIB).toFixed(1)} GiB are free.`;
  const mend = "Make room, or move DATA_DIR to a larger disk.";
  if (free < SPACE.none) return failed(found, mend);
  return free < SPACE.little ? warning(found, mend) : passed(found);
}

async function oneDisk(folder: string): Promise<Verdict> {
  for (const name of CLASSES) {
    const kept = await stat(join(folder, name));
    const written = await stat(join(folder, name, ".tmp")).catch(() => kept);
    if (kept.dev !== written.dev)
      return failed(
        `${name}/.tmp lies on another disk than ${name}/.`,
        "Mount the whole folder, not a part of it: a file is linked into its place, which works on one disk only.",
      );
  }
  return passed("It does.");
}

async function whole(place: LocalPlace, clock: Clock): Promise<Verdict> {
  const storages = createStorages(place, clock);
  const [key, target] = [`${PROBES}${randomUUID()}`, `${PROBES}${randomUUID()}`];
  const { private: from, public: to } = storages;
  try {
    await from.put(key, PROBE.bytes, PROBE.ticket);
    const again = await from.put(key, PROBE.bytes, PROBE.ticket).then(
      () => true,
      () => false,
    );
    if (again)
      return failed("A file was overwritten.", "This file system does not keep names apart; take another.");
    await from.copy(key, to, target, PROBE.ticket);
    const found = await to.read(target, { start: 5, end: 9 }).then(buffer);
    if (!found.equals(PROBE.bytes.subarray(5, 10)))
      return failed("A file is read back with other bytes.", "See whether the disk is sound.");
  } finally {
    await from.remove(key);
    await to.remove(target);
  }
  return (await from.stat(key)) || (await to.stat(target))
    ? failed("What was destroyed is still there.", "See whether the disk is sound.")
    : passed("We do, and what is destroyed is gone.");
}
