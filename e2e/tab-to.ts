import type { Page } from "@playwright/test";

/** Presses Tab until the focused control matches. Throws after 40 presses. */
export async function pressTabUntil(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    const label = (await focused.count()) === 0 ? "" : await focusedElementLabel(page);
    if (name.test(label)) return;
    seen.push(label);
  }
  throw new Error(`${name} is not reached by Tab. These are: ${seen.join(" | ")}`);
}

/** Returns what a screen reader announces for the focused control. */
async function focusedElementLabel(page: Page): Promise<string> {
  const described = await page.locator(":focus").ariaSnapshot();
  return described.split("\n")[0] ?? "";
}
