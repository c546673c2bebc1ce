import { randomInt } from "node:crypto";
import type { Page } from "@playwright/test";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { expect, test } from "./people";

/** Delays every script file, as on a slow connection. Resolves `hasRun` with the first one. */
async function delayScripts(page: Page): Promise<{ hasRun: () => boolean }> {
  let released = false;
  await page.route("**/*.js", async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 3000));
    released = true;
    await route.continue();
  });
  return { hasRun: () => released };
}

/** Opens a page and does not wait for its scripts. */
async function openEarly(page: Page, path: string): Promise<void> {
  await page.goto(path, { waitUntil: "commit" });
}

test("signing in before the scripts run signs in", async ({ people }) => {
  const ada = await people.member();
  const { page } = await people.visitor();
  const scripts = await delayScripts(page);
  await openEarly(page, "/sign-in");
  await page.getByLabel("E-mail address").fill(ada.email);
  await page.getByLabel("Password", { exact: true }).fill(ada.password);
  await page.keyboard.press("Enter");
  expect(scripts.hasRun(), "the form was sent early").toBe(false);
  await expect(page.getByRole("button", { name: "Sign in" })).toHaveAttribute("data-waiting", "");
  await page.waitForURL("**/documents");
});

test("an early wrong password keeps the e-mail address and shows its error", async ({ people }) => {
  const ada = await people.member();
  const visitor = await people.visitor();
  const { page } = visitor;
  visitor.allowConsoleErrors(/status of 401 .*sign-in\/email/);
  await delayScripts(page);
  await openEarly(page, "/sign-in");
  await page.getByLabel("E-mail address").fill(ada.email);
  await page.getByLabel("Password", { exact: true }).fill("quite another word");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert", { name: "You are not signed in yet" })).toContainText(
    "e-mail address or the password is wrong",
  );
  await expect(page.getByLabel("E-mail address")).toHaveValue(ada.email);
  await expect(page.getByRole("button", { name: "Sign in" })).not.toHaveAttribute("data-waiting");
});

test("signing up before the scripts run creates the account", async ({ people }) => {
  const { page } = await people.visitor();
  const scripts = await delayScripts(page);
  await openEarly(page, "/sign-up");
  await page.getByLabel("Your name").fill("Early Bird");
  await page.getByLabel("E-mail address").fill(`early-${randomInt(1e9)}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("three quiet words");
  await page.getByRole("button", { name: "Create account" }).click();
  expect(scripts.hasRun()).toBe(false);
  await page.waitForURL("**/profile");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Early Bird");
});

test("profile text that is typed before the scripts run is saved", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  const scripts = await delayScripts(page);
  await openEarly(page, "/profile");
  await page.getByLabel("Headline").fill("Volunteer tutor");
  await page.getByLabel("About").fill("One line.\nAnother line.");
  expect(scripts.hasRun()).toBe(false);
  await expect(page.getByText("Saved just now")).toBeVisible();
  expect(await ada.profile()).toMatchObject({ headline: "Volunteer tutor", bio: "One line.\nAnother line." });
});

test("an address that is sent before the scripts run is saved", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  const handle = `early-${randomInt(1e9)}`;
  const scripts = await delayScripts(page);
  await openEarly(page, "/profile");
  await page.getByLabel("Address of your page").fill(handle);
  await page.getByRole("button", { name: "Save address" }).click();
  expect(scripts.hasRun()).toBe(false);
  await expect(page.getByText("Address saved")).toBeVisible();
  expect(await ada.profile()).toMatchObject({ handle });
});

test("a visibility that is chosen before the scripts run is saved once", async ({ people }) => {
  const ada = await people.member();
  const { page } = ada;
  const changes: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "PATCH") changes.push(request.postData() ?? "");
  });
  const scripts = await delayScripts(page);
  await openEarly(page, "/profile");
  await page.getByRole("radio", { name: "Everyone" }).check();
  expect(scripts.hasRun()).toBe(false);
  await expect(page.getByRole("link", { name: "View page" })).toBeVisible();
  expect(changes).toEqual(['{"visibility":"public"}']);
});

test("a file that is chosen before the scripts run is uploaded", async ({ people }) => {
  const { page } = await people.member();
  const scripts = await delayScripts(page);
  await openEarly(page, "/documents");
  await page.getByLabel("Choose a file for DBS certificate").setInputFiles(await fixturePath("scanned.pdf"));
  expect(scripts.hasRun()).toBe(false);
  const files = page.getByRole("list", { name: "DBS certificate: current files" });
  // A busy machine inspects the file slowly.
  await expect(files).toContainText("scanned.pdf", { timeout: 60_000 });
});

test("facts that a reviewer enters before the scripts run stay", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  await grace.writeOk("PUT", `/api/reviews/${file.id}/claim`);
  const { page } = grace;
  const scripts = await delayScripts(page);
  await openEarly(page, `/review/${file.id}`);
  await page.getByLabel("Certificate number").fill("001234567890");
  expect(scripts.hasRun()).toBe(false);
  const hint = page.getByText("“Approve” still needs: date of issue.");
  await expect(hint).toBeVisible();
  await page.getByLabel("Date of issue").fill("2026-03-01");
  await expect(hint).toBeHidden();
  await expect(page.getByLabel("Certificate number")).toHaveValue("001234567890");
});

test("a document that is claimed before the scripts run is claimed once", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { page } = grace;
  const scripts = await delayScripts(page);
  const claims: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "PUT") claims.push(new URL(request.url()).pathname);
  });
  await openEarly(page, `/review/${file.id}`);
  await page.getByRole("button", { name: "Claim this document" }).click();
  expect(scripts.hasRun(), "the button was pressed early").toBe(false);
  await expect(page.getByText(/^Claimed by you for /)).toBeVisible();
  expect(claims).toEqual([`/api/reviews/${file.id}/claim`]);
});

test("signing out before the scripts run signs out", async ({ people }) => {
  const { page } = await people.member();
  const scripts = await delayScripts(page);
  await openEarly(page, "/documents");
  await page.getByRole("button", { name: "Account of Ada Lovelace" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  expect(scripts.hasRun()).toBe(false);
  await page.waitForURL((url) => url.pathname === "/");
});
