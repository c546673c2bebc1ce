import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { storeCapabilitiesFromEnv } from "../tests/stores/test-store";
import { expect, test } from "./people";

/**
 * Follows a link to a file, expects the browser to save it under its name, and returns its bytes.
 */
export async function downloadFile(page: Page, link: Locator, name: string): Promise<Buffer> {
  const { honoursResponseOverrides: answersAsSigned } = storeCapabilitiesFromEnv({
    TEST_STORAGE: test.info().project.name,
  });
  if (!answersAsSigned) {
    // This store ignores the signed Content-Disposition, so the browser shows the file.
    const href = (await link.getAttribute("href")) ?? "";
    return (await page.request.get(new URL(href, page.url()).href)).body();
  }
  const download = page.waitForEvent("download");
  await link.click();
  const saved = await download;
  expect(saved.suggestedFilename()).toBe(name);
  return readFile(await saved.path());
}
