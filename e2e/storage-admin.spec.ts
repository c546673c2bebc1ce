import { expect, test } from "./people";

test("an admin runs the storage check and reads its results", async ({ people }) => {
  const { page } = await people.admin();
  await page.goto("/documents");
  await page.getByRole("link", { name: "Admin" }).click();
  await page.getByRole("link", { name: "Storage" }).click();
  await expect(page.getByRole("heading", { name: "No check has run yet" })).toBeVisible();
  await page.getByRole("button", { name: "Run check" }).click();
  await expect(page.getByText(/^No problems found/)).toBeVisible();
  await expect(page.getByRole("heading", { name: /writes, reads/ })).toBeVisible();
  await expect(page.getByText("Failed:")).toHaveCount(0);
});

test("only an admin finds the storage page", async ({ people }) => {
  for (const person of [await people.member(), await people.reviewer()]) {
    person.allowConsoleErrors(/status of 404 .*\/admin\/storage/);
    await expect(person.page.getByRole("link", { name: "Admin" })).toHaveCount(0);
    const response = await person.page.goto("/admin/storage?look=now");
    expect(response?.status()).toBe(404);
    await expect(person.page.getByText("No problems found")).toHaveCount(0);
  }
  const { page } = await people.visitor();
  await page.goto("/admin/storage");
  await expect(page).toHaveURL(/\/sign-in\?next=%2Fadmin%2Fstorage$/);
});

test("a link from another site runs no check", async ({ people }) => {
  const { page } = await people.admin();
  await page.goto("/documents");
  await page.route("http://elsewhere.invalid/**", (route) =>
    route.fulfill({
      contentType: "text/html",
      body: `<a href="${new URL("/admin/storage?look=now", page.url()).href}">Look</a>`,
    }),
  );
  await page.goto("http://elsewhere.invalid/");
  await page.getByRole("link", { name: "Look" }).click();
  await expect(page.getByRole("heading", { name: "No check has run yet" })).toBeVisible();
});
