import { chromium, type Page } from "@playwright/test";
import { chromiumFlags, findChromium } from "../../tests/support/chromium";
import { findChildren, measurePeak, memoryMiBOf, processTreeOf } from "./processes";

export type BrowserUpload = {
  /** Seconds from the choice of the file until the store has received it. */
  seconds: number;
  /** Seconds of the completion on the server. */
  completing: number;
  /** MiB of all browser processes, above their memory with the page open. */
  memory: number;
};

/** `bytesPerSecond` limits the upload rate of the browser. */
type BrowserUploadOptions = {
  url: string;
  cookie: string;
  field: string;
  file: string;
  bytesPerSecond?: number;
};

/**
 * Uploads a file as a member does, through the application's page in a browser. Calls
 * `onCompletionStart` when the store has received the bytes.
 */
export async function uploadByBrowser(
  { url, cookie, field, file, bytesPerSecond }: BrowserUploadOptions,
  onCompletionStart: () => void,
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
    if (bytesPerSecond) await throttleUpload(page, bytesPerSecond);
    const memory = () => memoryMiBOf([...new Set(own.flatMap(processTreeOf))]);
    const completionRequest = page.waitForRequest((request) => request.url().endsWith("/complete"), {
      timeout: 0,
    });
    const completionResponse = page.waitForResponse(
      async (response) =>
        /\/api\/uploads\/[^/]+(\/complete)?$/.test(response.url()) &&
        response.request().method() !== "OPTIONS" &&
        (await response.text()).includes('"completed"'),
      { timeout: 0 },
    );
    const { result, above } = await measurePeak({ memory }, async () => {
      const started = performance.now();
      await chooser.setInputFiles(file);
      await completionRequest;
      const uploaded = performance.now();
      onCompletionStart();
      await completionResponse;
      return { seconds: (uploaded - started) / 1000, completing: (performance.now() - uploaded) / 1000 };
    });
    return { ...result, memory: above.memory ?? Number.NaN };
  } finally {
    await browser.close();
  }
}

async function throttleUpload(page: Page, bytesPerSecond: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: 0,
    downloadThroughput: -1,
    uploadThroughput: bytesPerSecond,
  });
}
