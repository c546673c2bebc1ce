import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type APIRequestContext, expect, test } from "@playwright/test";
import { simpleParser } from "mailparser";

/** Delivers the mails and returns the path of the link that a mail to this address has. */
export async function readMailLink(
  request: APIRequestContext,
  email: string,
  page: "join" | "recover",
): Promise<string> {
  const { dataDir, cronSecret } = test.info().project.metadata;
  let path = "";
  const findLink = async () => {
    await request.post("/api/cron/work", { headers: { authorization: `Bearer ${cronSecret}` } });
    for (const source of await readMails(join(dataDir, "mail"))) {
      if (!source.includes(email)) continue;
      const { text = "" } = await simpleParser(source);
      path = new RegExp(`/${page}/\\S+`).exec(text)?.[0] ?? path;
    }
    return path;
  };
  await expect.poll(findLink, { timeout: 30_000 }).not.toBe("");
  return path;
}

/** Reads all mails, the newest last. */
async function readMails(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const mails = names.filter((name) => name.endsWith(".eml")).sort();
  return Promise.all(mails.map((name) => readFile(join(folder, name), "utf8")));
}
