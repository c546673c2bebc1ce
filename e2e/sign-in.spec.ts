import { randomInt } from "node:crypto";
import type { Page } from "@playwright/test";
import { expect, test } from "./people";

/** Gives each test its own client address: attempts are counted per address. */
const fromOtherAddress = () => ({
  extraHTTPHeaders: { "X-Forwarded-For": `203.0.${randomInt(256)}.${randomInt(256)}` },
});

async function signIn(page: Page, { email, password }: { email: string; password: string }) {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("a visitor signs up and gets a private profile", async ({ people }) => {
  const { page } = await people.visitor();
  await page.goto("/");
  await page.getByRole("link", { name: "Sign up" }).click();
  await page.getByLabel("Your name").fill("Πηνελόπη Δέλτα");
  await page.getByLabel("E-mail address").fill(`penelope-${randomInt(1e9)}@example.org`);
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.getByRole("button", { name: "Create account" }).click();
  const summary = page.getByRole("alert", { name: "Your account was not created" });
  await expect(summary).toContainText("The password needs at least 10 characters.");
  await expect(page.getByLabel("Your name"), "what was typed stays").toHaveValue("Πηνελόπη Δέλτα");
  await page.getByLabel("Password", { exact: true }).fill("three quiet words");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.waitForURL("**/profile");
  const { name, visibility, handle } = await (await page.request.get("/api/profile")).json();
  expect(name).toBe("Πηνελόπη Δέλτα");
  expect(visibility).toBe("private");
  expect(handle).toMatch(/^member-\d+$/);
});

test("a wrong password shows its error and keeps the e-mail address", async ({ people }) => {
  const ada = await people.member();
  const visitor = await people.visitor(fromOtherAddress());
  const { page } = visitor;
  visitor.allowConsoleErrors(/status of 401 .*sign-in\/email/);
  await page.goto("/sign-in");
  await signIn(page, { email: ada.email, password: "quite another word" });
  await expect(page.getByLabel("Password", { exact: true })).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByRole("alert", { name: "You are not signed in yet" })).toContainText(
    "e-mail address or the password is wrong",
  );
  await expect(page.getByLabel("E-mail address")).toHaveValue(ada.email);
  await signIn(page, ada);
  await page.waitForURL("**/documents");
});

test("the tenth attempt has to wait, another address and account does not", async ({ people }) => {
  const [ada, eve] = [await people.member(), await people.visitor(fromOtherAddress())];
  eve.allowConsoleErrors(/status of 429 .*sign-in\/email/);
  const wrong = { email: ada.email, password: "quite another word" };
  await eve.page.goto("/sign-in");
  for (let attempts = 0; attempts < 9; attempts += 1)
    expect((await eve.sendWrite("POST", "/api/auth/sign-in/email", wrong)).status()).toBe(401);
  await signIn(eve.page, ada);
  await expect(eve.page.getByRole("alert", { name: "You are not signed in yet" })).toContainText(
    /Too many attempts in a short time\. Try again in \d+ (min|s)/,
  );
  await expect(eve.page).toHaveURL(/\/sign-in$/);

  const grace = await people.member("Grace Hopper");
  const { page } = await people.visitor(fromOtherAddress());
  await page.goto("/sign-in");
  await signIn(page, grace);
  await page.waitForURL("**/documents");
});

test("signing in leads to the requested page, never to another site", async ({ people }) => {
  const ada = await people.member();
  for (const [next, lands] of [
    ["/profile", "/profile"],
    ["//evil.example/", "/documents"],
    ["/\\evil.example", "/documents"],
    ["https://evil.example/", "/documents"],
    ["/.//evil.example", "/documents"],
    ["javascript:alert(1)", "/documents"],
  ] as const) {
    const { page } = await people.visitor();
    await page.goto(`/sign-in?next=${encodeURIComponent(next)}`);
    await signIn(page, ada);
    await page.waitForURL((url) => url.pathname === lands);
    expect(new URL(page.url()).hostname, next).toBe("localhost");
    await page.context().close();
  }
});

test("the back button shows no private page after signing out", async ({ people }) => {
  const ada = await people.member();
  await ada.uploadFile("contract", "scanned.pdf", "agreement with the harbour.pdf");
  await ada.page.goto("/documents");
  await expect(ada.page.getByText("agreement with the harbour.pdf").first()).toBeVisible();
  await ada.page.getByRole("button", { name: "Account of Ada Lovelace" }).click();
  await ada.page.getByRole("button", { name: "Sign out" }).click();
  await ada.page.waitForURL((url) => url.pathname === "/");
  await ada.page.goBack();
  await ada.page.waitForURL(/\/sign-in\?next=%2Fdocuments$/);
  await expect(ada.page.getByText("agreement with the harbour.pdf")).toHaveCount(0);
});
