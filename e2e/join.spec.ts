import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { readMailLink } from "./mail-link";
import { expect, test } from "./people";

const PASSWORD = "three quiet words";
const NEW_PASSWORD = "four other quiet words";

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

test("an invited person joins, forgets the password and sets a new one", async ({ people, request }) => {
  const email = `grace-${randomUUID().slice(0, 8)}@example.org`;
  const admin = await people.admin();
  await admin.page.goto("/admin/people/invite");
  await admin.page.getByLabel("E-mail addresses").fill(`Grace Hopper <${email}>`);
  await expect(admin.page.getByText("1 address", { exact: true })).toBeVisible();
  await admin.page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(admin.page.getByRole("heading", { name: email })).toBeVisible();

  const grace = await people.visitor();
  const { page } = grace;
  const joinLink = await readMailLink(request, email, "join");
  await page.goto(joinLink);
  await expect(page.getByLabel("Your name")).toHaveValue("Grace Hopper");
  await expect(page.getByRole("main")).toContainText(email);
  await page.getByLabel("Password", { exact: true }).fill("gracehopper1906");
  grace.allowConsoleErrors(/status of 422 .*invitations/);
  await page.getByRole("button", { name: "Join" }).click();
  await expect(page.getByRole("alert", { name: "You have not joined yet" })).toContainText(
    "too close to your name",
  );
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL("**/profile");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Grace Hopper");

  const stranger = await people.visitor();
  await stranger.page.goto(joinLink);
  await expect(stranger.page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
  await stranger.page.goto("/sign-in");
  await stranger.page.getByRole("link", { name: "Forgot your password?" }).click();
  await stranger.page.getByLabel("E-mail address").fill(email);
  await stranger.page.getByRole("button", { name: "Send the link" }).click();
  await expect(stranger.page.getByText("Look into your mailbox")).toBeVisible();
  await stranger.page.goto(await readMailLink(request, email, "recover"));
  await stranger.page.getByLabel("Password", { exact: true }).fill(NEW_PASSWORD);
  await stranger.page.getByRole("button", { name: "Set password" }).click();
  await expect(stranger.page.getByText("Your password is set")).toBeVisible();
  await stranger.page.getByRole("main").getByRole("link", { name: "Sign in" }).first().click();
  await signIn(stranger.page, email, NEW_PASSWORD);
  await stranger.page.waitForURL("**/documents");
  // The first browser was signed out.
  await page.goto("/documents");
  await page.waitForURL("**/sign-in?*");
});

test("an admin invites a reviewer, and withdraws the invitation", async ({ people, request }) => {
  const email = `eve-${randomUUID().slice(0, 8)}@example.org`;
  const { page } = await people.admin();
  await page.goto("/admin/people/invite");
  await page.getByLabel("E-mail addresses").fill(email);
  await page.getByLabel("Role").selectOption("Reviewer");
  await page.getByRole("checkbox", { name: "DBS certificate" }).check();
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  const item = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: email }) });
  await expect(item).toContainText("Reviewer, may see: DBS certificate");
  const link = await readMailLink(request, email, "join");
  await item.getByRole("button", { name: `Withdraw the invitation of ${email}` }).click();
  await expect(item).toHaveCount(0);
  const visitor = await people.visitor();
  await visitor.page.goto(link);
  await expect(visitor.page.getByRole("heading", { name: "This link does not work" })).toBeVisible();
});
