import { randomInt } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Locator } from "@playwright/test";
import sharp from "sharp";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { expect, type Person, test } from "./people";

const TAKEN_WITH = "Pocket Camera";

async function choosePicture({ page }: Person): Promise<Locator> {
  await page
    .getByLabel(/^Choose (a picture|another) for Profile picture$/)
    .setInputFiles(await fixturePath("phone-portrait.jpg"));
  const dialog = page.getByRole("dialog", { name: "Choose the visible part" });
  await expect(dialog.getByRole("slider", { name: "Zoom" })).toBeVisible();
  return dialog;
}

async function bytesOf(url: string): Promise<Buffer> {
  const response = await fetch(url);
  expect(response.status, url).toBe(200);
  return Buffer.from(await response.arrayBuffer());
}

test("a visitor sees a phone picture upright and without its location", async ({ people, baseURL }) => {
  const [ada, visitor] = [await people.member("Zoë Ångström"), await people.visitor()];
  const original = await readFile(await fixturePath("phone-portrait.jpg"));
  expect((await sharp(original).metadata()).orientation, "the original is rotated").toBe(6);
  expect(original.includes(TAKEN_WITH)).toBe(true);

  const handle = `zoe-${randomInt(1e9)}`;
  const { page } = ada;
  await page.goto("/profile");
  await page.getByLabel("Address of your page").fill(handle);
  await page.getByRole("button", { name: "Save address" }).click();
  await expect(page.getByText("Address saved")).toBeVisible();
  await page.getByLabel("Headline").fill("Volunteer tutor · מתנדבת · ボランティア");
  await page.getByLabel("About").fill("First line.\n<b>Second</b> line.");
  await expect(page.getByText("Saved just now")).toBeVisible();
  const dialog = await choosePicture(ada);
  await dialog.getByRole("button", { name: "Use this picture" }).click();
  await expect(page.getByRole("img", { name: "Zoë Ångström, seen by you only" })).toBeVisible();
  visitor.allowConsoleErrors(/status of 404 .*\/u\//);
  expect((await visitor.page.goto(`/u/${handle}`))?.status(), "a new page is hidden").toBe(404);

  await page.getByRole("radio", { name: "Everyone" }).check();
  await expect(page.getByRole("link", { name: "View page" })).toBeVisible();
  expect((await visitor.page.goto(`/u/${handle}`))?.status()).toBe(200);
  await expect(visitor.page.getByRole("heading", { level: 1 })).toHaveText("Zoë Ångström");
  await expect(visitor.page.getByText("<b>Second</b> line.")).toBeVisible();
  const shown = visitor.page.locator("article picture img");
  await expect.poll(() => shown.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(90);

  const variants = (await ada.profile()).picture?.variants ?? [];
  expect(variants.length).toBeGreaterThan(2);
  const urls = variants.map(({ url }) => new URL(url, baseURL).href);
  for (const url of urls) {
    const bytes = await bytesOf(url);
    const { exif, xmp, iptc, orientation = 1 } = await sharp(bytes).metadata();
    expect({ exif, xmp, iptc, orientation }, url).toEqual({ orientation: 1 });
    expect(bytes.includes(TAKEN_WITH)).toBe(false);
    await expectUpright(bytes);
  }

  const hidden = page.waitForResponse((response) => response.request().method() === "PATCH");
  await page.getByRole("radio", { name: "Only you" }).first().check();
  expect((await hidden).status()).toBe(200);
  expect((await visitor.request.get(`/u/${handle}`)).status()).toBe(404);
  for (const url of urls) expect((await fetch(url)).ok, `unpublished: ${url}`).toBe(false);
});

test("keys, mouse and buttons choose the same crop", async ({ people }) => {
  const crops: unknown[] = [];
  for (const way of ["keys", "mouse", "presses"] as const) {
    const ada = await people.member();
    const { page } = ada;
    await page.goto("/profile");
    const dialog = await choosePicture(ada);
    const frame = dialog.getByRole("button", { name: /^Visible part/ });
    const before = await dialog.getByRole("status").textContent();
    if (way === "keys") {
      await frame.focus();
      for (const key of ["ArrowUp", "ArrowUp"]) await page.keyboard.press(key);
    } else if (way === "mouse") {
      const box = await frame.boundingBox();
      if (!box) throw new Error("The picture is not there.");
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 4];
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x, y + box.height / 5, { steps: 8 });
      await page.mouse.up();
    } else {
      await dialog.getByRole("button", { name: "Move up" }).click();
      await dialog.getByRole("button", { name: "Move up" }).click();
    }
    await expect(dialog.getByRole("status")).not.toHaveText(before ?? "");
    const completion = page.waitForRequest((request) => request.url().endsWith("/complete"));
    await dialog.getByRole("button", { name: "Use this picture" }).press("Enter");
    crops.push((await completion).postDataJSON().crop);
    await expect(page.getByRole("img", { name: "Ada Lovelace, seen by you only" })).toBeVisible();
    await page.context().close();
  }
  const [keys, mouse, presses] = crops as { x: number; y: number; width: number; height: number }[];
  expect(presses).toEqual(keys);
  expect(mouse?.y).toBeCloseTo(keys?.y ?? -1, 2);
  expect(keys?.y, "the crop moved from the middle").toBeLessThan(0.1);
});

test("a refused profile change shows its error and keeps the input", async ({ people }) => {
  const ada = await people.member();
  ada.allowConsoleErrors(/status of 422 .*\/api\/profile\)$/);
  await ada.page.goto("/profile");
  await ada.page.getByLabel("Address of your page").fill("admin");
  await ada.page.getByLabel("Headline").fill("Volunteer tutor");
  await ada.page.getByRole("button", { name: "Save address" }).click();
  await expect(ada.page.getByRole("alert", { name: "Not saved yet" })).toBeFocused();
  await expect(ada.page.getByLabel("Address of your page")).toHaveAttribute("aria-invalid", "true");
  await expect(ada.page.getByLabel("Address of your page")).toHaveValue("admin");
  await expect(ada.page.getByLabel("Headline")).toHaveValue("Volunteer tutor");
});

/** Expects sky at the top and grass at the bottom, on both sides. */
async function expectUpright(bytes: Buffer): Promise<void> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const at = (x: number, y: number) => {
    const start =
      (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * info.channels;
    const [, green = 0, blue = 0] = data.subarray(start, start + 3);
    return blue > green ? "sky" : "grass";
  };
  expect([at(0.1, 0.05), at(0.9, 0.05), at(0.1, 0.95), at(0.9, 0.95)]).toEqual([
    "sky",
    "sky",
    "grass",
    "grass",
  ]);
}

test("a picture chosen under an ended session reaches no other account", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.member()];
  const { page } = ada;
  ada.allowConsoleErrors(/status of 409/);
  await page.goto("/profile");
  const dialog = await choosePicture(ada);
  // Another member signs in, in another tab of the same browser.
  await page.context().clearCookies();
  await page.context().addCookies(await grace.page.context().cookies());
  await dialog.getByRole("button", { name: "Use this picture" }).click();
  await expect(page.getByText("Another person is signed in now.").first()).toBeVisible();
  expect((await grace.profile()).picture).toBeNull();
});

test("a page of a member who signed out changes no other profile", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.member()];
  const { page } = ada;
  ada.allowConsoleErrors(/status of 409/);
  await page.goto("/profile");
  await page.context().clearCookies();
  await page.context().addCookies(await grace.page.context().cookies());
  await page.getByLabel("Headline").fill("A headline of Ada");
  await expect(page.getByText("Another person is signed in now.").first()).toBeVisible();
  expect((await grace.profile()).headline).toBe("");
});
