import type { Page } from "@playwright/test";

/** Presses Tab until the focus is where somebody wants to go, as they would; fails where it never gets there. */
export async function pressTabUntil(page: Page, name: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const focused = page.locator(":focus");
    const label = (await focused.count()) === 0 ? "" : await focusedElementLabel(page);
    if (name.test(label)) return;
    seen.push(label);
  }
  throw new Error(`${name} is not reached by Tab; what is: ${seen.join(" | ")}`);
}

/** What a screen reader says of the focused control, and that somebody can see where they are. */
async function focusedElementLabel(page: Page): Promise<string> {
  const described = await page.locator(":focus").ariaSnapshot();
  return described.split("\n")[0] ?? "";
}
