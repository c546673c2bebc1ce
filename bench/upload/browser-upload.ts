import { chromium, type Page } from "@playwright/test";
import { chromiumFlags, findChromium } from "../../tests/support/chromium";
import { findChildren, measurePeak, memoryMiBOf, processTreeOf } from "./processes";

export type BrowserUpload = {
  /** Seconds from the choice of the file to the last of its bytes being in the store. */
  seconds: number;
  /** Seconds that the server then took to make a file of it. */
  completing: number;
  /** MiB of all of the browser's processes above what they had with the page open. */
  memory: number;
};

/** `line`: bytes a second that may leave the browser. */
type BrowserUploadOptions = {
  url: string;
  cookie: string;
  field: string;
  file: string;
  bytesPerSecond?: number;
};

/** Sends a file as a person does, through our page in a real browser. `between` is called when the bytes are there and the server begins to check. */
export async function uploadByBrowser(
  { url, cookie, field, file, bytesPerSecond: line }: BrowserUploadOptions,
  between: () => void,
): Promise<BrowserUpload> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("There is no Chromium.");
  const before = new Set(findChildren("chrom"));
  const browser = await chromium.launch({ executablePath, args: chromiumFlags() });
  const own = findChildren("chrom").filter((pid) => !before.has(pid));
  try {
    const page = await browser.newPage();
    const [name = "", value = ""] = cookie.split(/=(.*)/s);
    await page.context().addCookies([{ name, value, url }]);
    await page.goto(`${url}/documents`, { waitUntil: "networkidle" });
    const chooser = page.getByLabel(`Choose files for ${field}`);
    await chooser.waitFor({ state: "attached" });
    if (line) await throttleUpload(page, line);
    const memory = () => memoryMiBOf([...new Set(own.flatMap(processTreeOf))]);
    const asked = page.waitForRequest((request) => request.url().endsWith("/complete"), { timeout: 0 });
    const answered = page.waitForResponse(
      async (answer) =>
        /\/api\/uploads\/[^/]+(\/complete)?$/.test(answer.url()) &&
        answer.request().method() !== "OPTIONS" &&
        (await answer.text()).includes('"completed"'),
      { timeout: 0 },
    );
    const { result, above } = await measurePeak({ memory }, async () => {
      const begun = performance.now();
      await chooser.setInputFiles(file);
      await asked;
      const arrived = performance.now();
      between();
      await answered;
      return { seconds: (arrived - begun) / 1000, completing: (performance.now() - arrived) / 1000 };
    });
    return { ...result, memory: above.memory ?? Number.NaN };
  } finally {
    await browser.close();
  }
}

async function throttleUpload(page: Page, line: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: line,
  });
}
