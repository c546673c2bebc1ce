import { randomUUID } from "node:crypto";
import type { Page } from "@playwright/test";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { readMailLink } from "./mail-link";
import { expect, runPersonCommand, test } from "./people";

const PASSWORD = "three quiet words";
const newEmail = (name: string) => `${name}-${randomUUID().slice(0, 8)}@example.org`;

async function signIn(page: Page, email: string): Promise<void> {
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** The five minutes of the README. */
test("one person sets up an organisation, and decides on its first document", async ({ people, request }, {
  project,
}) => {
  const [ines, grace] = [newEmail("ines"), newEmail("grace")];
  const printed = await runPersonCommand(project, [ines, "--role", "admin", "--fields", "all"]);
  const { page } = await people.visitor();
  await page.goto(/https?:\S+\/recover\/\S+/.exec(printed)?.[0] ?? "");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Set password" }).click();
  await page.getByRole("main").getByRole("link", { name: "Sign in" }).first().click();
  await signIn(page, ines);
  await page.waitForURL("**/admin");

  const admin = page.getByRole("navigation", { name: "Admin" });
  await admin.getByRole("link", { name: "People" }).click();
  await page.getByRole("link", { name: "Invite people" }).click();
  await page.getByLabel("E-mail addresses").fill(`Grace Hopper <${grace}>`);
  await page.getByRole("button", { name: "Invite", exact: true }).click();
  await expect(page.getByRole("heading", { name: grace })).toBeVisible();

  const member = (await people.visitor()).page;
  await member.goto(await readMailLink(request, grace, "join"));
  await member.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await member.getByRole("button", { name: "Join" }).click();
  await member.waitForURL("**/profile");

  await admin.getByRole("link", { name: "Requests" }).click();
  await page.getByRole("link", { name: "Ask for a document" }).click();
  await page.waitForURL("**/admin/requests/ask");
  await page.getByLabel("Document", { exact: true }).selectOption("Medical letter");
  await page.getByLabel("Members").fill(grace);
  await page.getByRole("button", { name: "Ask", exact: true }).click();
  await expect(page.getByRole("row", { name: grace })).toContainText("Asked");

  await member.getByRole("link", { name: "Documents" }).click();
  const asked = member.getByRole("region", { name: "Asked of you" });
  await expect(asked.getByRole("region", { name: "Medical letter" })).toContainText("Please send this");
  await member.getByLabel(/^Choose .* for Medical letter$/).setInputFiles(await fixturePath("scanned.pdf"));
  const sent = member.getByRole("list", { name: "Medical letter: current files" }).getByRole("listitem");
  await expect(sent).toContainText("Waiting for review");

  // Other tests fill the first page of the queue.
  const { files } = await (await member.request.get("/api/profile")).json();
  await page.goto(`/review/${files[0].id}`);
  await page.getByRole("button", { name: "Claim this document" }).click();
  const firstPage = page.getByRole("img", { name: /^Page 1 of / });
  await expect
    .poll(() => firstPage.evaluate((image: HTMLImageElement) => image.naturalWidth))
    .toBeGreaterThan(0);
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("checkbox", { name: "Signed by a doctor" }).check();
  await page.getByRole("button", { name: "Approve this document" }).click();
  await expect(page.getByRole("heading", { name: "Decided" })).toBeVisible();
  await member.reload();
  await expect(sent).toContainText("Approved");
});
