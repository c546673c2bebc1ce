import type { Page } from "@playwright/test";

type NetworkConditions = { offline?: boolean; uploadThroughput?: number };

/** Limits the upload speed of a page, in bytes a second, or takes it offline. */
export async function emulateNetwork(page: Page): Promise<(conditions: NetworkConditions) => Promise<void>> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Network.enable");
  return async ({ offline = false, uploadThroughput = -1 }) => {
    const always = { latency: 0, downloadThroughput: -1 };
    await browser.send("Network.emulateNetworkConditions", { offline, uploadThroughput, ...always });
  };
}
