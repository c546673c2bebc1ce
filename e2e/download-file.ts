import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { storeCapabilitiesFromEnv } from "../tests/stores/test-store";
import { expect, test } from "./people";

/** Follows the link to a file of one's own: it is saved under its name, and not shown. The bytes that came. */
export async function downloadFile(page: Page, link: Locator, name: string): Promise<Buffer> {
  const { honoursResponseOverrides: answersAsSigned } = storeCapabilitiesFromEnv({ TEST_STORAGE: test.info().project.name });
  if (!answersAsSigned) {
    // Such a store shows what it should have browsers save; that the link leads to the bytes holds there, too.
    const href = (await link.getAttribute("href")) ?? "";
    return (await page.request.get(new URL(href, page.url()).href)).body();
  }
  const download = page.waitForEvent("download");
  await link.click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe(name);
  return readFile(await saved.path());
}
