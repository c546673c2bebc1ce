import { expect, test } from "./people";

test("an admin searches the audit trail and downloads it", async ({ people }) => {
  const [{ page }, ada] = [await people.admin(), await people.member("Ada Lovelace")];
  const file = await ada.uploadFile("contract", "scanned.pdf");
  await ada.writeOk("DELETE", `/api/files/${file.id}`);
  await page.goto("/documents");
  await page.getByRole("link", { name: "Admin" }).click();
  await page.getByRole("link", { name: "Audit trail" }).click();
  await page.getByLabel("About").fill(file.id);
  await page.getByLabel("Event").selectOption({ label: "Files deleted" });
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("rowheader", { name: "Files deleted" })).toHaveCount(1);
  await expect(page.getByText("reason: withdrawn")).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("audit-trail.csv");
  await page.getByRole("link", { name: "Show all entries" }).click();
  await expect(page).toHaveURL(/\/admin\/trail$/);
});

test("only an admin finds the audit trail", async ({ people }) => {
  for (const person of [await people.member(), await people.reviewer()]) {
    person.allowConsoleErrors(/status of 404 .*\/admin\/trail/);
    await expect(person.page.getByRole("link", { name: "Admin" })).toHaveCount(0);
    expect((await person.page.goto("/admin/trail"))?.status()).toBe(404);
  }
  const { page } = await people.visitor();
  await page.goto("/admin/trail");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fadmin%2Ftrail$/);
});
