import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { notFoundProblem } from "../errors";
import { isId } from "../id";
import { isLoopbackUrl, type MailSettings } from "./settings";

/** Tells whether admins may read mails: on the machine of a developer, with mails in a folder. */
export function showsMails(settings: MailSettings | undefined): boolean {
  return settings?.transport.kind === "folder" && isLoopbackUrl(settings.appUrl);
}

/** Reads the HTML of a delivered mail. Errors: not_found, everywhere but in development. */
export async function readMailHtml(settings: MailSettings | undefined, id: string): Promise<string> {
  if (settings?.transport.kind !== "folder" || !showsMails(settings) || !isId(id)) throw notFoundProblem();
  try {
    return await readFile(join(settings.transport.folder, `${id}.html`), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw notFoundProblem();
    throw error;
  }
}
