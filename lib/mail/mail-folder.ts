import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { notFoundProblem } from "../errors";
import { isId } from "../id";
import { isLoopback } from "../loopback";
import type { MailSettings } from "./settings";

/** Each mail is a file for a mail program, and one for a browser. */
const ENDINGS = ["eml", "html"] as const;
type Ending = (typeof ENDINGS)[number];

function pathOf(folder: string, id: string, ending: Ending | "tmp"): string {
  // Without the comment, the file tracing of a build adds the whole project.
  return join(/* turbopackIgnore: true */ folder, `${id}.${ending}`);
}

/**
 * Writes the files of a mail, readable for this account only. A repeat writes the same files. They
 * carry the application's time, after which `removeOldMailFiles` removes them.
 */
export async function writeMailFiles(
  folder: string,
  id: string,
  contents: Record<Ending, string | Buffer>,
  now: Date,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The mail itself last. No reader sees a part of it.
  for (const ending of ["html", "eml"] as const) {
    await writeFile(pathOf(folder, id, "tmp"), contents[ending], { mode: 0o600 });
    await utimes(pathOf(folder, id, "tmp"), now, now);
    await rename(pathOf(folder, id, "tmp"), pathOf(folder, id, ending));
  }
}

const MAIL_FILE = /^[0-9a-f-]{36}\.(eml|html|tmp)$/;

/**
 * Removes files of mails that were written at this time or earlier, and leaves all other files.
 * Returns how many it removed: at most `limit`.
 */
export async function removeOldMailFiles(folder: string, until: Date, limit: number): Promise<number> {
  let removed = 0;
  for (const name of await listFolder(folder)) {
    if (removed >= limit) break;
    if (!MAIL_FILE.test(name)) continue;
    const path = join(/* turbopackIgnore: true */ folder, name);
    // Another run may have removed it.
    const stats = await stat(path).catch(nullIfMissing);
    if (!stats || stats.mtime > until) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

/** Removes the files of these mails, if they exist. */
export async function removeMailFiles(folder: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) for (const ending of ENDINGS) await rm(pathOf(folder, id, ending), { force: true });
}

async function listFolder(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(nullIfMissing)) ?? [];
}

function nullIfMissing(error: unknown): null {
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
  throw error;
}

/** Tells whether admins may read mails: on the machine of a developer, with mails in a folder. */
export function showsMails(settings: MailSettings | undefined): boolean {
  return settings?.transport.kind === "folder" && isLoopback(settings.appUrl);
}

/** Reads the HTML of a delivered mail. Errors: not_found, everywhere but in development. */
export async function readMailHtml(settings: MailSettings | undefined, id: string): Promise<string> {
  if (settings?.transport.kind !== "folder" || !showsMails(settings) || !isId(id)) throw notFoundProblem();
  const html = await readFile(pathOf(settings.transport.folder, id, "html"), "utf8").catch(nullIfMissing);
  if (html === null) throw notFoundProblem();
  return html;
}
