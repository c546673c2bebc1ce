import { expect, test } from "./people";

test("an admin reads the papers and prints each as a draft", async ({ people }) => {
  const { page } = await people.admin();
  await page.goto("/admin/retention");
  await page.getByRole("link", { name: "Papers to print" }).click();
  await page.getByRole("link", { name: "Record of processing" }).click();
  await expect(page).toHaveURL(/#processing$/);
  const papers = page.getByRole("article");
  await expect(papers).toHaveCount(3);
  for (const paper of await papers.all()) {
    await expect(paper).toContainText("DBS certificate");
    await expect(paper.locator("mark").first()).toHaveText("[Name of the organisation]");
  }
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  await expect(page.getByRole("navigation")).toHaveCount(0);
  await expect(page.getByRole("button", { name: "Print" })).toBeHidden();
  for (const paper of await papers.all()) {
    // Browsers repeat such a head on each sheet of paper.
    const draft = paper.getByText(/^Draft of .*, to be checked by a lawyer/).locator("xpath=../..");
    await expect(draft).toHaveCSS("display", "table-header-group");
    await expect(paper).toHaveCSS("color", "rgb(0, 0, 0)");
  }
});
