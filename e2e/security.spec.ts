import { base32 } from "@better-auth/utils/base32";
import { createOTP } from "@better-auth/utils/otp";
import { addAuthenticator } from "./authenticator";
import { expect, type Person, test } from "./people";
import { pressTabUntil } from "./tab-to";

/** The code of an authenticator app: that of now, or of the next 30 seconds. */
function codeOf(key: string, when: "now" | "next"): Promise<string> {
  const step = Math.floor(Date.now() / 30_000) + (when === "next" ? 1 : 0);
  return createOTP(base32.decode(key.replaceAll(" ", ""))).hotp(step);
}

async function signOut({ page }: Person): Promise<void> {
  await page.getByRole("button", { name: /^Account of/ }).click();
  await page.getByRole("button", { name: "Sign out", exact: true }).last().click();
  await page.waitForURL((url) => url.pathname === "/");
}

async function enterPassword({ page, email, password }: Person): Promise<void> {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a member adds and uses a passkey by keyboard alone", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  const setPresence = await addAuthenticator(page);
  await page.goto("/security");
  await pressTabUntil(page, /Add a passkey/);
  await page.keyboard.press("Enter");
  await page.getByLabel("Name").focus();
  await page.keyboard.type("My phone");
  await page.keyboard.press("Enter");
  await expect(page.getByText("My phone")).toBeVisible();
  await expect(page.getByText("not used yet")).toBeVisible();
  await signOut(ada);
  await setPresence(false);
  await page.goto("/sign-in");
  await pressTabUntil(page, /Use a passkey/);
  await setPresence(true);
  await page.keyboard.press("Enter");
  await page.waitForURL("**/documents");
  await page.goto("/security");
  await expect(page.getByText(/last used/)).toBeVisible();
});

test("a passkey is the second step after the password", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  const setPresence = await addAuthenticator(page);
  await page.goto("/security");
  await page.getByRole("button", { name: "Add a passkey…" }).click();
  await page.getByLabel("Name").fill("Key");
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByText("not used yet")).toBeVisible();
  await signOut(ada);
  await setPresence(false);
  await enterPassword(ada);
  await expect(page.getByRole("heading", { name: "Second step" })).toBeVisible();
  expect((await page.request.get("/api/profile")).status()).toBe(401);
  await setPresence(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await page.waitForURL("**/documents");
});

test("a member signs in with an app and with a backup code", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  ada.allowConsoleErrors(/status of 422/);
  await page.goto("/security");
  await page.getByRole("button", { name: "Set up an app…" }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByAltText(/^QR code/)).toBeVisible();
  const key = (await dialog.locator("code").textContent()) ?? "";
  await dialog.getByLabel("Code").fill("000000");
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog.getByLabel("Code")).toHaveAttribute("aria-invalid", "true");
  await dialog.getByLabel("Code").fill(await codeOf(key, "now"));
  await dialog.getByRole("button", { name: "Confirm" }).click();
  await expect(dialog.getByRole("heading", { name: "Save your backup codes" })).toBeVisible();
  const codes = await dialog.getByRole("listitem").allInnerTexts();
  expect(codes).toHaveLength(10);
  await dialog.getByRole("button", { name: "I have saved them" }).click();
  await expect(page.getByText("You have 10 codes left.")).toBeVisible();
  await signOut(ada);

  await enterPassword(ada);
  await expect(page.getByLabel("Code")).toBeFocused();
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert", { name: "You are not signed in yet" })).toContainText(
    "This code is wrong",
  );
  await page.getByLabel("Code").fill(await codeOf(key, "next"));
  await page.keyboard.press("Enter");
  await page.waitForURL("**/documents");
  await signOut(ada);

  await enterPassword(ada);
  await page.getByLabel("Code").fill(codes[0] ?? "");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/documents");
  await page.goto("/security");
  await expect(page.getByText("You have 9 codes left.")).toBeVisible();
  await page.getByRole("button", { name: "Remove app…" }).click();
  await page.getByRole("button", { name: "Remove", exact: true }).click();
  await expect(page.getByRole("button", { name: "Set up an app…" })).toBeVisible();
});

test("a member changes the password, and other devices are signed out", async ({ people }) => {
  const ada = await people.member();
  const other = await people.visitor();
  await other.writeOk("POST", "/api/auth/sign-in/email", { email: ada.email, password: ada.password });
  const { page } = ada;
  await page.goto("/security");
  await expect(page.getByText("(this device)")).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign out everywhere else" })).toBeVisible();
  await page.getByRole("button", { name: "Change password…" }).click();
  await page.getByLabel("Present password", { exact: true }).fill(ada.password);
  await page.getByLabel("New password", { exact: true }).fill("four very quiet words");
  await page.getByRole("button", { name: "Change password", exact: true }).click();
  await expect(page.getByText("You are signed in on no other device.")).toBeVisible();
  expect((await other.request.get("/api/profile")).status()).toBe(401);
});

test("a page that needs a fresh sign-in asks for it in place", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  ada.allowConsoleErrors(/status of (403|422)/);
  await page.goto("/security");
  // The server refuses the first request, as it does for a session of yesterday.
  let isOld = true;
  await page.route("**/api/account/app", async (route) => {
    if (!isOld) return route.continue();
    const body = { code: "fresh_session_required", detail: "Sign in again.", status: 403 };
    await route.fulfill({ status: 403, contentType: "application/problem+json", json: body });
  });
  await page.getByRole("button", { name: "Set up an app…" }).click();
  const dialog = page.getByRole("dialog", { name: "Please sign in again" });
  await dialog.getByLabel("Password", { exact: true }).fill("quite another word");
  await page.keyboard.press("Enter");
  await expect(dialog.getByText("This is not your password")).toBeVisible();
  isOld = false;
  await dialog.getByLabel("Password", { exact: true }).fill(ada.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog", { name: "Set up an authenticator app" })).toBeVisible();
});
