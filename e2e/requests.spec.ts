import { expect, test } from "./people";
import { pressTabUntil } from "./tab-to";

/** A day that is a month away. */
const dueDay = () => new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

test("an admin asks by keys alone, and the member sees it first", async ({ people }) => {
  const [admin, ada] = [await people.admin(), await people.member("Ada Lovelace")];
  const { page } = admin;
  const { keyboard } = page;
  await page.goto("/admin/requests");
  await pressTabUntil(page, /link "Ask for a document"/);
  await keyboard.press("Enter");
  await page.waitForURL("**/admin/requests/ask");
  await pressTabUntil(page, /combobox "Document"/);
  await keyboard.type("Medical");
  await pressTabUntil(page, /Message/);
  await keyboard.type("For the new role.");
  await pressTabUntil(page, /textbox "Members"/);
  await keyboard.type(`name;e-mail\n"Lovelace, Ada";${ada.email}\n`);
  await keyboard.type(`stranger@example.org; not an address\n${ada.email.toUpperCase()}`);
  await expect(page.getByText("2 addresses · 1 repeated, used once")).toBeVisible();
  await pressTabUntil(page, /button "Ask"/);
  await keyboard.press("Enter");
  const results = page.getByRole("region", { name: "Result for each entry" });
  await expect(results.getByRole("row", { name: ada.email })).toContainText("Asked");
  await expect(results.getByRole("row", { name: "stranger@" })).toContainText("No member has this address");

  await ada.page.goto("/documents");
  const asked = ada.page.getByRole("region", { name: "Asked of you" });
  const letter = asked.getByRole("region", { name: "Medical letter" });
  await expect(letter).toContainText("Please send this");
  await expect(letter).toContainText("For the new role.");
  await expect(ada.page.getByRole("region", { name: "Optional" })).toHaveCount(0);
});

test("a request is fulfilled by the upload, and can be cancelled", async ({ people }) => {
  const [admin, ada] = [await people.admin(), await people.member("Ada Lovelace")];
  const { id } = await ada.profile();
  for (const field of ["contract", "medicalLetter"])
    await admin.writeOk("POST", "/api/requests", { field, members: [id], dueAt: dueDay() });
  await ada.page.goto("/documents");
  await expect(ada.page.getByText(/^Please send this by .+, in 4 weeks$/)).toHaveCount(2);
  await ada.uploadFile("contract", "scanned.pdf");
  await ada.page.reload();
  await expect(ada.page.getByRole("region", { name: "In place" })).toContainText("Contracts");

  const { page } = admin;
  await page.goto(`/admin/requests?member=${id}`);
  const rows = page.getByRole("region", { name: "Requests" }).getByRole("row");
  await expect(rows.filter({ hasText: "Contracts" })).toContainText("Fulfilled");
  await page.getByRole("button", { name: "Cancel request: Medical letter, Ada Lovelace" }).click();
  await expect(rows.filter({ hasText: "Medical letter" })).toContainText("Cancelled");
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.getByRole("link", { name: /^Cancelled 1/ }).click();
  await expect(rows).toHaveCount(2);
});

test("a member shows an approval, and anyone checks it", async ({ people }) => {
  const [ada, grace, visitor] = [await people.member(), await people.reviewer(), await people.visitor()];
  const file = await ada.uploadFile("dbsCertificate", "scanned.pdf");
  await grace.decide(file, {
    outcome: "approve",
    facts: { certificateNumber: "001", issuedOn: new Date().toISOString().slice(0, 10) },
  });
  const { handle } = await ada.profile();
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  await ada.page.goto("/profile");
  await ada.page.getByRole("checkbox", { name: "DBS certificate checked" }).press("Space");
  await ada.page.getByRole("link", { name: /^Page on which anyone can check this/ }).click();
  await expect(ada.page.getByRole("img", { name: /^QR code of / })).toBeVisible();

  const { page } = visitor;
  await page.goto(`/u/${handle}`);
  await expect(page.getByText(/^DBS certificate checked, valid until \w{3} \d{4}$/)).toBeVisible();
  await page.getByRole("link", { name: "Check this" }).click();
  await expect(page.getByRole("heading", { name: "DBS certificate checked" })).toBeVisible();
  await expect(page.getByText("001")).toHaveCount(0);
  await ada.writeOk("DELETE", `/api/files/${file.id}`);
  await page.reload();
  await expect(page.getByText(/^No approval is shown on /)).toBeVisible();
});
