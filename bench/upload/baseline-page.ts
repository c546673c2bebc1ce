import { chromium } from "@playwright/test";
import type { SignedRequest, Storage } from "../../lib/storage/storage";
import { chromiumFlags, findChromium } from "../../tests/support/chromium";
import type { SampleFile } from "./sample-file";

const CONCURRENCY = 4;

/**
 * Seconds that the same browser takes for the same parts without any client: every address is there beforehand, nothing is hashed or counted, and four
 * requests are on the line. What is left of curl's speed is the browser's own.
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
    // A page of ours, for its origin: the store lets no other send.
    await page.goto(`${url}/documents`, { waitUntil: "networkidle" });
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement("input"), { type: "file", id: "bare" }));
    });
    await page.locator("#bare").setInputFiles(file);
    return await page.evaluate(
      async ({ puts, partSize, atOnce }) => {
        const input = document.querySelector("#bare");
        const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
        if (!file) throw new Error("There is no file.");
        const begun = performance.now();
        const waiting = puts.entries();
        // Without names: what esbuild does to keep those, no page knows.
        const lanes = Array.from({ length: atOnce }, async () => {
          for (const [index, { url, headers }] of waiting) {
            const part = file.slice(index * partSize, (index + 1) * partSize);
            await new Promise<void>((resolve, reject) => {
              const request = new XMLHttpRequest();
              request.open("PUT", url);
              for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
              request.onloadend = () =>
                request.status === 200 ? resolve() : reject(new Error(`The store answers ${request.status}`));
              request.send(part);
            });
          }
        });
        await Promise.all(lanes);
        return (performance.now() - begun) / 1000;
      },
      { puts: puts.map(({ url, headers }) => ({ url, headers })), partSize, atOnce: CONCURRENCY },
    );
  } finally {
    await browser.close();
    await storage.abortMultipartUpload(key, multipartId);
  }
}
