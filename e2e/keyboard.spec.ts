import { fixturePath } from "../lib/inspect/testing/fixtures";
import { expect, test } from "./people";
import { pressTabUntil } from "./tab-to";

test("without a mouse: signing in, sending a document, looking at it at the desk and deciding by keys", async ({
  people,
}) => {
  const [ada, grace, somebody] = [await people.member(), await people.reviewer(), await people.visitor()];
  const { page } = somebody;
  const { keyboard } = page;
  // The dialog of the system is no page of ours; listening from the start, so that none opens unheard.
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
  const here = page.getByRole("list", { name: "DBS certificate: what is here" });
  await expect(here).toContainText("Waiting for review");

  const desk = grace.page;
  const { id } = (await ada.profile()).files[0] ?? {};
  await desk.goto(`/review/${id}`);
  await pressTabUntil(desk, /button "Claim this document/);
  await desk.keyboard.press("Enter");
  await expect(desk.getByRole("heading", { level: 1 })).toBeFocused();
  const view = desk.getByRole("group", { name: "View" });
  await expect(view).toContainText(/Page 1 of \d/);
  await desk.keyboard.press("ArrowRight");
  await expect(view).toContainText(/Page 2 of \d/);
  await desk.keyboard.press("a");
  await expect(desk.getByLabel("Certificate number")).toBeFocused();
  await desk.keyboard.type("001234567890 a c r");
  await pressTabUntil(desk, /Date of issue/);
  await desk.keyboard.type("01032026");
  await desk.keyboard.press("Enter");
  await desk.getByRole("button", { name: "Approve this document" }).press("Enter");
  await expect(desk.getByRole("heading", { name: "Decided" })).toBeFocused();

  await desk.keyboard.press("u");
  await expect(desk.getByRole("heading", { name: "Your decision" })).toBeVisible();
  await expect(desk.getByLabel("Certificate number"), "keys are letters while typing").toHaveValue(
    "001234567890 a c r",
  );
  expect((await ada.profile()).files[0]?.status).toBe("submitted");
});

test("keys of single letters can be switched off at the desk", async ({ people }) => {
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
