import { brotliCompressSync, constants } from "node:zlib";
import type { Browser, Page, Response } from "@playwright/test";

/** Bytes that a browser with an empty cache loads, in Brotli; fonts uncompressed. */
export type PageWeight = { html: number; css: number; js: number; fonts: number; requests: number };

/** Measures a first visit until the network is idle, and what `act` loads in addition. */
export async function measurePageWeight(
  browser: Browser,
  url: string,
  { cookie, act }: { cookie?: string; act?: (page: Page) => Promise<void> } = {},
): Promise<{ first: PageWeight; onTop: PageWeight }> {
  const context = await browser.newContext(cookie ? { extraHTTPHeaders: { cookie } } : {});
  try {
    const page = await context.newPage();
    const responses: Response[] = [];
    page.on("response", (response) => responses.push(response));
    await page.goto(url, { waitUntil: "networkidle" });
    const first = await sumWeight(responses.splice(0));
    if (act) {
      // Playwright's "networkidle" stays true, so this waits for a script. Without one it counts 0.
      const script = page.waitForResponse((response) => response.request().resourceType() === "script");
      await act(page);
      await script.catch(() => null);
    }
    return { first, onTop: await sumWeight(responses.splice(0)) };
  } finally {
    await context.close();
  }
}

const RESOURCE_TYPES = new Map<string, keyof PageWeight>([
  ["document", "html"],
  ["stylesheet", "css"],
  ["script", "js"],
  ["font", "fonts"],
]);

async function sumWeight(responses: readonly Response[]): Promise<PageWeight> {
  const weight: PageWeight = { html: 0, css: 0, js: 0, fonts: 0, requests: responses.length };
  for (const response of responses) {
    const part = RESOURCE_TYPES.get(response.request().resourceType());
    if (!part || response.status() >= 300) continue;
    const body = await response.body();
    weight[part] += part === "fonts" ? body.length : brotliSize(body);
  }
  return weight;
}

/** Compresses every response alike. The sent bytes would compare servers: Next only knows gzip. */
function brotliSize(body: Buffer): number {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }).length;
}
