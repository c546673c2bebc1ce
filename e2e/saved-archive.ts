import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Download, Page } from "@playwright/test";

const run = promisify(execFile);

/** Makes the page save archives as Firefox and Safari do: the browser collects them first. */
export async function saveToMemory(page: Page): Promise<void> {
  await page.addInitScript(() => Object.assign(window, { showSaveFilePicker: undefined }));
}

/** Makes the page save archives to a file while it downloads. The test chooses the file. */
export async function saveToDisk(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const showSaveFilePicker = async () =>
      (await navigator.storage.getDirectory()).getFileHandle("saved.zip", { create: true });
    Object.assign(window, { showSaveFilePicker });
  });
}

/** Hands out the file that `saveToDisk` chose. */
export async function takeFromDisk(page: Page): Promise<Download> {
  const download = page.waitForEvent("download");
  await page.evaluate(async () => {
    const handle = await (await navigator.storage.getDirectory()).getFileHandle("saved.zip");
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await handle.getFile());
    link.download = "saved.zip";
    link.click();
  });
  return download;
}

/** Lists the names of the files that `saveToDisk` chose and that are there. */
export function listDisk(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const names: string[] = [];
    const folder = await navigator.storage.getDirectory();
    // TypeScript does not know that a folder can be listed.
    const keys = (folder as unknown as { keys(): AsyncIterable<string> }).keys();
    for await (const name of keys) names.push(name);
    return names;
  });
}

/** Unpacks a downloaded archive as a person does. */
export async function unpackArchive(download: Download, folder: string) {
  await mkdir(folder, { recursive: true });
  const env = { ...process.env, LC_ALL: "C.UTF-8" };
  await run("unzip", ["-q", await download.path(), "-d", folder], { env });
  return {
    /** Runs the line of README.txt, and returns what it prints also if a file differs. */
    verify: async (): Promise<string> => {
      const result = await run("sha256sum", ["-c", "SHA256SUMS"], { cwd: folder }).catch((error) => error);
      return `${result.stdout}${result.stderr}`;
    },
    readJson: async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8")),
  };
}
