import { fixturePath } from "../lib/inspect/testing/fixtures";
import { expect, test } from "./people";
import { pressTabUntil } from "./tab-to";

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
  const view = review.getByRole("group", { name: "View" });
  await expect(view).toContainText(/Page 1 of \d/);
  await review.keyboard.press("ArrowRight");
  await expect(view).toContainText(/Page 2 of \d/);
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
