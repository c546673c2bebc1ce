import type { Page } from "@playwright/test";

type NetworkConditions = { offline?: boolean; uploadThroughput?: number };

/** The member's line: how many bytes a second leave, so that there is time to see them go; or that none do. */
export async function networkEmulator(page: Page): Promise<(conditions: NetworkConditions) => Promise<void>> {
  const browser = await page.context().newCDPSession(page);
  await browser.send("Network.enable");
  return async ({ offline = false, uploadThroughput = -1 }) => {
    const always = { latency: 0, downloadThroughput: -1 };
    await browser.send("Network.emulateNetworkConditions", { offline, uploadThroughput, ...always });
  };
}
