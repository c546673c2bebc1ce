import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
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

/** Writes the files of a mail, readable for this account only. A repeat writes the same files. */
export async function writeMailFiles(
  folder: string,
  id: string,
  contents: Record<Ending, string | Buffer>,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // The mail itself last. No reader sees a part of it.
  for (const ending of ["html", "eml"] as const) {
    await writeFile(pathOf(folder, id, "tmp"), contents[ending], { mode: 0o600 });
    await rename(pathOf(folder, id, "tmp"), pathOf(folder, id, ending));
  }
}

/** Deletes the files of mails whose rows have ended. */
export async function removeMailFiles(folder: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) for (const ending of ENDINGS) await rm(pathOf(folder, id, ending), { force: true });
}

/** Tells whether admins may read mails: on the machine of a developer, with mails in a folder. */
export function showsMails(settings: MailSettings | undefined): boolean {
  return settings?.transport.kind === "folder" && isLoopback(settings.appUrl);
}

/** Reads the HTML of a delivered mail. Errors: not_found, everywhere but in development. */
export async function readMailHtml(settings: MailSettings | undefined, id: string): Promise<string> {
  if (settings?.transport.kind !== "folder" || !showsMails(settings) || !isId(id)) throw notFoundProblem();
  try {
    return await readFile(pathOf(settings.transport.folder, id, "html"), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw notFoundProblem();
    throw error;
  }
}
