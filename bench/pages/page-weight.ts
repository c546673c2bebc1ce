import { brotliCompressSync, constants } from "node:zlib";
import type { Browser, Page, Response } from "@playwright/test";

/** Bytes in Brotli, as a browser with an empty cache fetched them; of fonts as they are. */
export type PageWeight = { html: number; css: number; js: number; fonts: number; requests: number };

/** What a first visit fetches until nothing more comes, and what comes on top of it when `act` has done something. */
export async function measurePageWeight(
  browser: Browser,
  address: string,
  { cookie, act }: { cookie?: string; act?: (page: Page) => Promise<void> } = {},
): Promise<{ first: PageWeight; onTop: PageWeight }> {
  const context = await browser.newContext(cookie ? { extraHTTPHeaders: { cookie } } : {});
  try {
    const page = await context.newPage();
    const came: Response[] = [];
    page.on("response", (response) => came.push(response));
    await page.goto(address, { waitUntil: "networkidle" });
    const first = await sumWeight(came.splice(0));
    if (act) {
      // Once quiet a page counts as quiet for good: what is to come is waited for by itself. Where nothing does, that is what is found.
      const script = page.waitForResponse((response) => response.request().resourceType() === "script");
      await act(page);
      await script.catch(() => null);
    }
    return { first, onTop: await sumWeight(came.splice(0)) };
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

async function sumWeight(came: readonly Response[]): Promise<PageWeight> {
  const weight: PageWeight = { html: 0, css: 0, js: 0, fonts: 0, requests: came.length };
  for (const response of came) {
    const part = RESOURCE_TYPES.get(response.request().resourceType());
    if (!part || response.status() >= 300) continue;
    const body = await response.body();
    weight[part] += part === "fonts" ? body.length : brotliSize(body);
  }
  return weight;
}

/** The same compression for everything: what is sent (Next itself only knows gzip) would compare servers and not pages. */
function brotliSize(body: Buffer): number {
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: body.length } }).length;
}
