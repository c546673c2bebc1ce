import type { Page } from "@playwright/test";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { expect, test } from "./people";
import { pressTabUntil } from "./tab-to";

/** Waits for the page of the document: an approval needs that the reviewer has seen one. */
async function waitForPageImage(page: Page): Promise<void> {
  const image = page.getByRole("img", { name: /^Page \d+ of / });
  await expect.poll(() => image.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(0);
}

test("keys alone sign in, upload, review and decide", async ({ people }) => {
  const [ada, grace, visitor] = [await people.member(), await people.reviewer(), await people.visitor()];
  const { page } = visitor;
  const { keyboard } = page;
  // The file dialog belongs to the system, so the test answers it.
  const path = await fixturePath("scanned.pdf");
  page.on("filechooser", (chooser) => chooser.setFiles(path));
  await page.goto("/");
  await pressTabUntil(page, /Skip to the content/);
  await pressTabUntil(page, /link "Sign in"/);
  await keyboard.press("Enter");
  await page.waitForURL("**/sign-in");
  await pressTabUntil(page, /textbox "E-mail address"/);
  await keyboard.type(ada.email);
  await pressTabUntil(page, /textbox "Password"/);
  await keyboard.type(ada.password);
  await keyboard.press("Enter");
  await page.waitForURL("**/documents");

  await pressTabUntil(page, /Choose a file for DBS certificate/);
  await keyboard.press("Enter");
  const documents = page.getByRole("list", { name: "DBS certificate: current files" });
  await expect(documents).toContainText("Waiting for review");

  const review = grace.page;
  const { id } = (await ada.profile()).files[0] ?? {};
  await review.goto(`/review/${id}`);
  await pressTabUntil(review, /button "Claim this document/);
  await review.keyboard.press("Enter");
  await expect(review.getByRole("heading", { level: 1 })).toBeFocused();
  const pageNumber = review.getByRole("textbox", { name: "Page", exact: true });
  await expect(pageNumber).toHaveValue("1");
  await review.keyboard.press("ArrowRight");
  await expect(pageNumber).toHaveValue("2");
  await waitForPageImage(review);
  await review.keyboard.press("a");
  await expect(review.getByLabel("Certificate number")).toBeFocused();
  await review.keyboard.type("001234567890 a c r");
  await pressTabUntil(review, /Date of issue/);
  await review.keyboard.type("01032026");
  await review.keyboard.press("Enter");
  await review.getByRole("button", { name: "Approve this document" }).press("Enter");
  await expect(review.getByRole("heading", { name: "Decided" })).toBeFocused();

  await review.keyboard.press("u");
  await expect(review.getByRole("heading", { name: "Your decision" })).toBeVisible();
  await expect(review.getByLabel("Certificate number"), "shortcuts are off while typing").toHaveValue(
    "001234567890 a c r",
  );
  expect((await ada.profile()).files[0]?.status).toBe("submitted");
});

test("a reviewer can switch single-key shortcuts off", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { page } = grace;
  await page.goto(`/review/${file.id}`);
  await page.getByRole("button", { name: "Claim this document" }).click();
  await page.keyboard.press("?");
  const keys = page.getByRole("dialog");
  await keys.getByRole("checkbox").uncheck();
  await page.keyboard.press("Escape");
  await expect(keys).toBeHidden();
  await page.keyboard.press("r");
  await expect(page.getByRole("form", { name: "Reject" })).toHaveCount(0);
  await page.getByRole("button", { name: "Reject" }).click();
  await expect(page.getByRole("form", { name: "Reject" })).toBeVisible();
});

test("a reviewer types a page number and jumps to both ends", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "scanned.pdf");
  const { page } = grace;
  await page.goto(`/review/${file.id}`);
  await page.getByRole("button", { name: "Claim this document" }).click();
  const pageNumber = page.getByRole("textbox", { name: "Page", exact: true });
  await expect(pageNumber).toHaveAccessibleDescription("of 4");
  await page.keyboard.press("End");
  await expect(pageNumber).toHaveValue("4");
  await expect(page.getByRole("img", { name: /^Page 4 of 4/ })).toBeVisible();
  await page.keyboard.press("Home");
  await expect(pageNumber).toHaveValue("1");
  await pageNumber.focus();
  await page.keyboard.type("3");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("img", { name: /^Page 3 of 4/ })).toBeVisible();
  await expect(page.getByRole("log", { name: "Announcements" })).toContainText("Page 3 of 4");
  await pageNumber.fill("99");
  await pageNumber.press("Enter");
  await expect(pageNumber).toHaveValue("4");
  await pageNumber.fill("2");
  await pageNumber.press("Escape");
  await expect(pageNumber).toHaveValue("4");
});

test("a reviewer reads what an approval needs before pressing the button", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { page } = grace;
  await page.goto(`/review/${file.id}`);
  await page.getByRole("button", { name: "Claim this document" }).click();
  const approve = page.getByRole("button", { name: "Approve", exact: true });
  await expect(approve).toHaveAccessibleDescription(
    "“Approve” still needs: certificate number, date of issue.",
  );
  await page.getByLabel("Certificate number").fill("001234567890");
  await expect(approve).toHaveAccessibleDescription("“Approve” still needs: date of issue.");
  await approve.click();
  await page.getByRole("button", { name: "Approve this document" }).click();
  const summary = page.getByRole("alert", { name: "Some entries need your attention" });
  await expect(summary).toContainText("Enter the date of issue");
  await expect(page.getByText("“Approve” still needs"), "said in one place").toHaveCount(0);
  await page.getByLabel("Date of issue").fill("2026-03-01");
  await waitForPageImage(page);
  await page.getByRole("button", { name: "Approve this document" }).click();
  await expect(page.getByRole("heading", { name: "Decided" })).toBeVisible();
});
