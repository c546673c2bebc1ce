import { expect, test } from "./people";
import { pressTabUntil } from "./tab-to";

test("a member leaves and comes back with keys", async ({ people }) => {
  const ada = await people.member();
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const { page } = ada;
  const { keyboard } = page;
  await page.goto("/data");
  await pressTabUntil(page, /button "Leave…"/);
  await keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Leave now?" });
  await expect(dialog).toBeVisible();
  await keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await expect(page.getByRole("button", { name: "Leave…" })).toBeFocused();
  await keyboard.press("Enter");
  await pressTabUntil(page, /button "Leave"/);
  await keyboard.press("Enter");
  await expect(page.getByText("You are signed out. To come back, sign in within 30 days.")).toBeVisible();
  await pressTabUntil(page, /button "Go to the home page"/);
  await keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/");
  await expect(page.getByRole("banner").getByRole("link", { name: "Sign in" })).toBeVisible();

  await page.goto("/sign-in");
  await pressTabUntil(page, /textbox "E-mail address"/);
  await keyboard.type(ada.email);
  await pressTabUntil(page, /textbox "Password"/);
  await keyboard.type(ada.password);
  await keyboard.press("Enter");
  await page.waitForURL("**/documents");
  const notice = page.getByRole("complementary", { name: "Your account" });
  await expect(notice).toContainText("You came back on");
  await expect(notice).toContainText("Your profile is private since you left.");
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  await page.goto("/data");
  await expect(notice).toBeHidden();
});

test("a member asks for the erasure and cancels it with keys", async ({ people }) => {
  const ada = await people.member();
  ada.allowConsoleErrors(/status of 422 .*\/api\/account\/erasure/);
  await ada.uploadFile("contract", "scanned.pdf", "agreement.pdf");
  const { page } = ada;
  const { keyboard } = page;
  await page.goto("/data");
  await expect(page.getByRole("heading", { name: "This file stays" })).toBeVisible();
  await expect(page.getByText("Contracts: agreement.pdf")).toBeVisible();
  await pressTabUntil(page, /button "Erase account…"/);
  await keyboard.press("Enter");
  await pressTabUntil(page, /textbox "Password"/);
  await keyboard.press("Enter");
  await expect(page.getByText("Enter your password.")).toBeVisible();
  await expect(page.getByRole("textbox", { name: "Password" })).toBeFocused();
  await keyboard.type("not my password");
  await keyboard.press("Enter");
  await expect(page.getByText("This is not your password. Try again.")).toBeVisible();
  await keyboard.press("ControlOrMeta+a");
  await keyboard.type(ada.password);
  await keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Erase your account", exact: true })).toBeFocused();
  const notice = page.getByRole("complementary", { name: "Your account" });
  await expect(notice).toContainText("Your account will be erased on");

  for (const path of ["/documents", "/profile"]) {
    await page.goto(path);
    await expect(notice).toContainText("Your account will be erased on");
  }
  await pressTabUntil(page, /button "Keep my account"/);
  await keyboard.press("Enter");
  await expect(notice).toBeHidden();
  await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
  await page.goto("/data");
  await expect(page.getByRole("button", { name: "Erase account…" })).toBeVisible();
});
