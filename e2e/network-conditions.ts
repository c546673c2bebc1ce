import type { Page } from "@playwright/test";

type NetworkConditions = { offline?: boolean; uploadThroughput?: number; downloadThroughput?: number };

/** Limits the speed of a page, in bytes a second, or takes it offline. */
export async function emulateNetwork(page: Page): Promise<(conditions: NetworkConditions) => Promise<void>> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Network.enable");
  return async ({ offline = false, uploadThroughput = -1, downloadThroughput = -1 }) => {
    const conditions = { offline, uploadThroughput, downloadThroughput, latency: 0 };
    await browser.send("Network.emulateNetworkConditions", conditions);
  };
}
