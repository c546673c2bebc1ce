import { chromium } from "@playwright/test";
import type { SignedRequest, Storage } from "../../lib/storage/storage";
import { chromiumFlags, findChromium } from "../../tests/support/chromium";
import type { SampleFile } from "./sample-file";

const CONCURRENCY = 4;

/**
 * Measures the seconds that the same browser needs for the same parts without the application's
 * client. All URLs are signed before, the page hashes nothing, and four requests run concurrently.
 */
export async function sendFromBaselinePage(
  { url, cookie }: { url: string; cookie: string },
  storage: Storage,
  { file, size, sha256 }: SampleFile,
  partSize: number,
): Promise<number> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error("There is no Chromium.");
  const key = `bench/page-${Date.now()}`;
  const multipartId = await storage.createMultipartUpload(key, { type: "application/pdf" });
  const sizes = Array.from({ length: Math.ceil(size / partSize) }, (_, index) =>
    Math.min(partSize, size - index * partSize),
  );
  const puts: SignedRequest[] = await Promise.all(
    sizes.map((size, index) =>
      storage.signPart(key, { multipartId, number: index + 1, size, sha256, expiresIn: 900 }),
    ),
  );
  const browser = await chromium.launch({ executablePath, args: chromiumFlags() });
  try {
    const page = await browser.newPage();
    const [name = "", value = ""] = cookie.split(/=(.*)/s);
    await page.context().addCookies([{ name, value, url }]);
    // The store accepts uploads only from the origin of the application.
    await page.goto(`${url}/documents`, { waitUntil: "networkidle" });
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement("input"), { type: "file", id: "baseline" }));
    });
    await page.locator("#baseline").setInputFiles(file);
    return await page.evaluate(
      async ({ puts, partSize, concurrency }) => {
        const input = document.querySelector("#baseline");
        const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
        if (!file) throw new Error("There is no file.");
        const started = performance.now();
        const queue = puts.entries();
        // An anonymous function: esbuild adds a helper to named ones, which the page does not have.
        const workers = Array.from({ length: concurrency }, async () => {
          for (const [index, { url, headers }] of queue) {
            const part = file.slice(index * partSize, (index + 1) * partSize);
            await new Promise<void>((resolve, reject) => {
              const request = new XMLHttpRequest();
              request.open("PUT", url);
              for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
              request.onloadend = () =>
                request.status === 200
                  ? resolve()
                  : reject(new Error(`The store responded ${request.status}`));
              request.send(part);
            });
          }
        });
        await Promise.all(workers);
        return (performance.now() - started) / 1000;
      },
      { puts: puts.map(({ url, headers }) => ({ url, headers })), partSize, concurrency: CONCURRENCY },
    );
  } finally {
    await browser.close();
    await storage.abortMultipartUpload(key, multipartId);
  }
}
