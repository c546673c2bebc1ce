import { readFile } from "node:fs/promises";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { APPROVAL, expect, type Person, test } from "./people";

/** Counts the requests that send a file or ask for a ticket. */
function countUploadRequests({ page }: Person): () => number {
  let count = 0;
  page.on("request", (request) => {
    if (request.method() !== "GET" && /\/api\/(uploads|storage)/.test(request.url())) count += 1;
  });
  return () => count;
}

const HEIC = Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1");

test("a picture that cannot be accepted is refused before it is sent", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  const uploadRequests = countUploadRequests(ada);
  await page.goto("/profile");
  const control = page.getByLabel("Choose a picture for Profile picture");
  const list = page.locator("#profilePicture-uploads");
  for (const [file, words] of [
    [{ name: "IMG_0001.HEIC", mimeType: "image/heic", buffer: HEIC }, "This photo is in the HEIC format"],
    [await fixturePath("flood-30000x30000.png"), "This picture has 900 million pixels"],
    [await fixturePath("animated.webp"), "This picture moves."],
    [await fixturePath("scanned.pdf"), "This file type is not accepted. Upload JPEG, PNG or WebP."],
  ] as const) {
    await control.setInputFiles(file);
    await expect(list).toContainText(words);
    await expect(list.getByRole("listitem")).toHaveCount(1);
    await expect(control).toHaveAttribute("aria-invalid", "true");
    await expect(control).toHaveAccessibleDescription(new RegExp(words.slice(0, 20)));
    await expect(page.getByRole("log", { name: "Announcements" })).toContainText(words);
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  expect(uploadRequests()).toBe(0);
  await control.setInputFiles(await fixturePath("phone-portrait.jpg"));
  await expect(page.getByRole("dialog", { name: "Choose the visible part" })).toBeVisible();
  await expect(list.getByRole("listitem")).toHaveCount(0);
});

test("a PDF with a password is refused before it is sent", async ({ people }) => {
  const ada = await people.member();
  const uploadRequests = countUploadRequests(ada);
  await ada.page.goto("/documents");
  await ada.page
    .getByLabel("Choose a file for DBS certificate")
    .setInputFiles(await fixturePath("locked.pdf"));
  await expect(ada.page.locator("#dbsCertificate-uploads")).toContainText("This PDF has a password");
  expect(uploadRequests()).toBe(0);
});

test("a picture that the browser cannot show skips the crop dialog", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  ada.allowConsoleErrors(/status of 422 .*\/complete\)$/);
  const photo = await readFile(await fixturePath("phone-portrait.jpg"));
  await page.goto("/profile");
  const buffer = photo.subarray(0, 300);
  await page
    .getByLabel("Choose a picture for Profile picture")
    .setInputFiles({ name: "half.jpg", mimeType: "image/jpeg", buffer });
  await expect(page.locator("#profilePicture-uploads")).toContainText("This picture cannot be opened.");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a new copy replaces a waiting document only after a confirmation", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const uploadRequests = countUploadRequests(ada);
  await page.goto("/documents");
  const control = page.getByLabel("Choose a new copy for DBS certificate");
  await expect(control).toHaveAccessibleDescription(
    /The new copy replaces phone-landscape\.jpg, which waits for review\./,
  );
  const dialog = page.getByRole("dialog", { name: "Replace your document?" });
  await control.focus();
  await control.setInputFiles(await fixturePath("scanned.pdf"));
  await expect(dialog).toContainText("You chose scanned.pdf. It replaces phone-landscape.jpg.");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(control).toBeFocused();
  expect(uploadRequests()).toBe(0);

  await control.setInputFiles(await fixturePath("scanned.pdf"));
  await dialog.getByRole("button", { name: "Upload and replace" }).press("Enter");
  const entries = page.getByRole("list", { name: "DBS certificate: current files" }).getByRole("listitem");
  await expect(entries).toContainText(["scanned.pdf"]);
  await expect(entries).toHaveCount(1);
});

test("a new copy of an approved document says what stays", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  await grace.decide(await ada.uploadFile("dbsCertificate", "scanned.pdf"), APPROVAL);
  await ada.page.goto("/documents");
  await expect(
    ada.page.getByText("The new copy replaces scanned.pdf when a reviewer approves it."),
  ).toBeVisible();
  await ada.page
    .getByLabel("Choose a new copy for DBS certificate")
    .setInputFiles(await fixturePath("phone-landscape.jpg"));
  const dialog = ada.page.getByRole("dialog", { name: "Replace your document?" });
  await expect(dialog).toContainText("scanned.pdf stays approved until a reviewer approves the new copy.");
  await dialog.getByRole("button", { name: "Keep it" }).click();
  expect((await ada.profile()).files).toHaveLength(1);
});
