import { expect, test } from "./people";

test("zooming in loads the small print of a photograph", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "phone-portrait.jpg");
  const { page } = grace;
  await page.goto(`/review/${file.id}`);
  await page.getByRole("button", { name: "Open without claiming" }).click();
  const whole = page.getByRole("img", { name: /^Page 1 of / });
  const widthOf = (image: typeof whole) => image.evaluate((it: HTMLImageElement) => it.naturalWidth);
  await expect.poll(() => widthOf(whole)).toBe(1600);
  await expect(page.locator("img[src*='detail=']"), "nothing is loaded before it is needed").toHaveCount(0);
  const zoomIn = page.getByRole("button", { name: "Zoom in" });
  for (let step = 0; step < 5; step += 1) await zoomIn.click();
  await expect(page.getByRole("group", { name: "View" })).toContainText("400 %");
  // A quarter of the 3024 pixels of the photograph.
  await expect.poll(() => widthOf(page.locator("img[src*='detail=4&cell=1']").first())).toBe(756);
});

test("member and reviewer read that letters without a font are missing", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "thai-without-font.pdf");
  await ada.page.goto("/documents");
  await expect(ada.page.getByText("Reviewers see gaps in this PDF")).toBeVisible();
  await grace.page.goto(`/review/${file.id}`);
  await grace.page.getByRole("button", { name: "Open without claiming" }).click();
  await expect(grace.page.getByText("Some letters are not shown")).toBeVisible();
});
