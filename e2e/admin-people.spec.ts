import { randomUUID } from "node:crypto";
import { expect, type Person, test } from "./people";
import { pressTabUntil } from "./tab-to";

/** Signs in with keys alone. */
async function signInByKeys({ page }: Person, { email, password }: { email: string; password: string }) {
  await page.goto("/sign-in");
  await pressTabUntil(page, /textbox "E-mail address"/);
  await page.keyboard.type(email);
  await pressTabUntil(page, /textbox "Password"/);
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
}

test("an admin finds, suspends and reinstates a person with keys alone", async ({ people }) => {
  const name = `Ada ${randomUUID().slice(0, 8)}`;
  const [ines, ada, visitor] = [await people.admin(), await people.member(name), await people.visitor()];
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const { handle } = await ada.profile();
  const { page } = ines;
  await page.goto("/admin");
  await pressTabUntil(page, /link "People"/);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/admin/people");
  await pressTabUntil(page, /textbox "Name, address or page"/);
  await page.keyboard.type(name.toUpperCase());
  await page.keyboard.press("Enter");
  await page.waitForURL("**/admin/people?query=*");
  await expect(page.getByRole("rowheader")).toHaveCount(1);
  await pressTabUntil(page, new RegExp(`link "${name}"`));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await pressTabUntil(page, /button "Suspend…"/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Suspend this person?" })).toBeVisible();
  await pressTabUntil(page, /button "Suspend"/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Lift suspension" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();

  // At once: the next page asks for a sign-in, which says why it is refused.
  await ada.page.goto("/documents");
  await expect(ada.page).toHaveURL(/\/sign-in/);
  ada.allowConsoleErrors(/status of 403/);
  await signInByKeys(ada, ada);
  await expect(ada.page.getByText("Your account is suspended.")).toBeVisible();
  visitor.allowConsoleErrors(/status of 404/);
  expect((await visitor.page.goto(`/u/${handle}`))?.status()).toBe(404);

  await pressTabUntil(page, /button "Lift suspension"/);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: "Suspend…" })).toBeVisible();
  expect((await visitor.page.goto(`/u/${handle}`))?.status()).toBe(200);
  await signInByKeys(ada, ada);
  await ada.page.waitForURL("**/documents");
});

test("a member sees the work name, an admin the name", async ({ people }) => {
  const [{ page }, ada] = [await people.admin(), await people.member()];
  const grace = await people.member("Grace Hopper");
  const { id } = await grace.profile();
  await page.goto(`/admin/people/${id}`);
  await page.getByRole("combobox", { name: "Role" }).selectOption("Reviewer");
  await page.getByRole("button", { name: "Save: Role" }).click();
  await page.getByLabel("Medical letter").check();
  await page.getByRole("button", { name: "Save: Access to documents" }).click();
  await expect(page.getByRole("form", { name: "Access to documents" })).toContainText("Saved just now");
  await page.getByRole("textbox", { name: "Work name" }).fill("Reviewer 7");
  await page.getByRole("button", { name: "Save: Work name" }).click();
  await expect(page.getByRole("form", { name: "Work name" })).toContainText("Saved just now");

  const letter = await ada.uploadFile("medicalLetter", "scanned.pdf");
  expect((await grace.request.get(`/api/files/${letter.id}/pages/1`, { maxRedirects: 0 })).status()).toBe(
    302,
  );
  const { items } = await (await ada.request.get(`/api/files/${letter.id}/accesses`)).json();
  expect(items).toMatchObject([{ by: { name: "Reviewer 7", role: "reviewer" } }]);

  await page.goto("/admin/people/breach");
  await page.getByLabel("Opened by").fill(grace.email);
  await page.getByLabel("Documents of").fill(ada.email);
  await page.getByRole("button", { name: "Search" }).click();
  await expect(page.getByRole("cell", { name: /Grace Hopper/ })).toHaveCount(1);
  await expect(page.getByRole("cell", { name: "scanned" })).toHaveCount(0);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Download as CSV" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("opened-documents.csv");
});

test("a person who was let go still sees the own data", async ({ people }) => {
  const [{ page }, ada] = [await people.admin(), await people.member()];
  const { id } = await ada.profile();
  await page.goto(`/admin/people/${id}`);
  await page.getByRole("button", { name: "Let go…" }).click();
  await page.getByRole("button", { name: "Let go", exact: true }).click();
  await expect(page.getByRole("button", { name: "Take back" })).toBeVisible();
  await signInByKeys(ada, ada);
  await ada.page.waitForURL("**/documents");
  await expect(ada.page.getByText(/Your membership ended on/)).toBeVisible();
  await ada.page.getByRole("link", { name: "See and download your data" }).click();
  await expect(ada.page.getByText("Only an admin can take you back.")).toBeVisible();
  await page.getByRole("button", { name: "Take back" }).click();
  await expect(page.getByRole("button", { name: "Let go…" })).toBeVisible();
  await ada.page.goto("/documents");
  await expect(ada.page.getByText(/You came back on/)).toBeVisible();
});

test("an admin lands on the overview, and only an admin finds it", async ({ people }) => {
  const [ines, visitor] = [await people.admin(), await people.visitor()];
  await visitor.page.goto("/admin");
  await expect(visitor.page).toHaveURL(/\/sign-in\?next=%2Fadmin$/);
  await ines.page.goto("/sign-in");
  await expect(ines.page).toHaveURL(/\/admin$/);
  await expect(ines.page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  for (const person of [await people.member(), await people.reviewer()]) {
    person.allowConsoleErrors(/status of 404/);
    for (const path of ["/admin", "/admin/people", "/admin/people/breach"])
      expect((await person.page.goto(path))?.status(), path).toBe(404);
  }
});
