import { readFile } from "node:fs/promises";
import type { Locator, Page } from "@playwright/test";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { downloadFile } from "./download-file";
import { emulateNetwork } from "./network-conditions";
import { APPROVAL, expect, type Person, test } from "./people";

/** Finds the list of a member's documents for a field. */
const documentsOf = (page: Page, field: string): Locator =>
  page.getByRole("list", { name: `${field}: current files` });

async function choose(page: Page, field: string, path: string): Promise<void> {
  await page.getByLabel(new RegExp(`^Choose .* for ${field}$`)).setInputFiles(path);
}

test("a reviewer approves a certificate, and its owner sees who opened it", async ({ people }) => {
  const [ada, grace] = [await people.member("Ada Lovelace"), await people.reviewer("Grace Hopper")];
  await ada.page.goto("/documents");
  const count = await ada.countDocumentFields();
  await expect(ada.page.getByText(`0 of ${count} are complete.`)).toBeVisible();
  await choose(ada.page, "DBS certificate", await fixturePath("scanned.pdf"));
  const entry = documentsOf(ada.page, "DBS certificate").getByRole("listitem");
  await expect(entry).toContainText("Waiting for review");
  await expect(entry).toContainText("No other person has opened this document yet");

  const { page } = grace;
  const id = (await ada.profile()).files[0]?.id;
  await page.goto("/review");
  await page.locator(`a[href="/review/${id}"]`).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Ada Lovelace: DBS certificate");
  await page.getByRole("button", { name: "Claim this document" }).click();
  const first = page.getByRole("img", { name: /^Page 1 of \d+: DBS certificate of Ada Lovelace/ });
  await expectRendered(first);
  await page.getByRole("button", { name: "Next page" }).click();
  await expectRendered(page.getByRole("img", { name: /^Page 2 of / }));
  await page.getByRole("button", { name: "Approve" }).click();
  await page.getByRole("button", { name: "Approve this document" }).click();
  const summary = page.getByRole("alert", { name: "Some entries need your attention" });
  await expect(summary.getByRole("listitem")).toHaveCount(2);
  await page.getByLabel("Certificate number").fill("001234567890");
  await page.getByLabel("Date of issue").fill("2026-03-01");
  await page.getByRole("button", { name: "Approve this document" }).click();
  await expect(page.getByRole("heading", { name: "Decided" })).toBeVisible();

  await ada.page.reload();
  await expect(entry).toContainText("Approved until 1 Mar 2029");
  await expect(entry).toContainText("001234567890");
  await entry.getByRole("button", { name: /1 person has opened this document/ }).click();
  const accessLog = ada.page.getByRole("dialog", { name: "Who has opened scanned.pdf" });
  await expect(accessLog.getByRole("listitem").filter({ hasText: "Grace Hopper" })).toContainText(
    "Grace Hopper (reviewer) viewed it",
  );
});

test("a member reads the reason, uploads a new copy and withdraws it", async ({ people }) => {
  const [ada, grace] = [await people.member("Amélie Zürn"), await people.reviewer()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const { page } = grace;
  await page.goto(`/review/${file.id}`);
  await page.getByRole("button", { name: "Claim this document" }).click();
  await page.getByRole("button", { name: "Ask for a new copy" }).click();
  await page.getByLabel("Reason").selectOption({ label: "It cannot be read" });
  await page
    .getByLabel("Message to the member")
    .fill("The number is covered by your thumb.\nTake it again, please.");
  await page.getByLabel("Internal note").fill("Second time this month.");
  await page.getByRole("button", { name: "Send the request" }).click();
  await expect(page.getByRole("heading", { name: "Decided" })).toBeVisible();

  await ada.page.goto("/documents");
  const entry = documentsOf(ada.page, "DBS certificate").getByRole("listitem");
  await expect(entry).toContainText("Please send again");
  await expect(entry).toContainText("It cannot be read");
  await expect(entry).toContainText("The number is covered by your thumb.");
  await expect(ada.page.getByText("Second time this month.")).toHaveCount(0);

  await choose(ada.page, "DBS certificate", await fixturePath("scanned.pdf"));
  await expect(entry.filter({ hasText: "scanned.pdf" })).toContainText("Waiting for review");
  await expect(entry).toHaveCount(1);
  await ada.page.getByText("Earlier files (1)").click();
  const earlier = ada.page.getByRole("list", { name: "DBS certificate: earlier files" });
  await expect(earlier).toContainText("phone-landscape.jpg");

  await entry.getByRole("button", { name: "Withdraw scanned.pdf" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Withdraw scanned.pdf?" });
  await dialog.getByRole("button", { name: "Keep document" }).click();
  await expect(dialog).toBeHidden();
  await entry.getByRole("button", { name: "Withdraw scanned.pdf" }).click();
  await dialog.getByRole("button", { name: "Withdraw and delete" }).click();
  await expect(earlier.getByRole("listitem").filter({ hasText: "scanned.pdf" })).toContainText("Withdrawn");
  await expect(ada.page.getByRole("heading", { name: "DBS certificate" })).toBeFocused();
  const [withdrawn] = (await ada.profile()).files.filter(({ status }) => status === "withdrawn");
  const response = await ada.sendWrite("GET", `/api/files/${withdrawn?.id}/content?intent=download`);
  expect(response.status(), "the bytes were deleted").toBe(410);
});

test("a certificate stays approved until its replacement is approved", async ({ people }) => {
  const [ada, grace] = [await people.member(), await people.reviewer()];
  await grace.decide(await ada.uploadFile("dbsCertificate", "scanned.pdf"), APPROVAL);
  await ada.page.goto("/documents");
  const entries = documentsOf(ada.page, "DBS certificate").getByRole("listitem");
  const count = await ada.countDocumentFields();
  await expect(ada.page.getByText(`1 of ${count} is complete.`)).toBeVisible();
  await ada.page
    .getByLabel("Choose a new copy for DBS certificate")
    .setInputFiles(await fixturePath("scanned.pdf"));
  await ada.page.getByRole("button", { name: "Upload and replace" }).click();
  await expect(entries).toHaveCount(2);
  await expect(entries.filter({ hasText: "Approved until" })).toHaveCount(1);
  await expect(entries.filter({ hasText: "Waiting for review" })).toHaveCount(1);
  const [replacement] = (await ada.profile()).files.filter(({ status }) => status === "submitted");
  if (replacement) await grace.decide(replacement, APPROVAL);
  await ada.page.reload();
  await expect(entries).toHaveCount(1);
  await expect(entries).toContainText("version 2");
});

test("one refused letter of several shows its error, the others upload", async ({ people }) => {
  const ada = await people.member("יעל כהן");
  const files = ["phone-portrait.jpg", "gif-renamed.jpg", "scanned.pdf"] as const;
  await ada.page.goto("/documents");
  const control = ada.page.getByLabel("Choose files for Medical letter");
  await control.setInputFiles(await Promise.all(files.map(fixturePath)));
  const letters = documentsOf(ada.page, "Medical letter").getByRole("listitem");
  await expect(letters).toHaveCount(2);
  await expect(letters.filter({ hasText: "phone-portrait.jpg" })).toContainText("Waiting for review");
  await expect(letters.filter({ hasText: "scanned.pdf" })).toContainText("Waiting for review");
  const group = ada.page.getByRole("group", { name: "Upload Medical letter" });
  const refused = group.getByRole("listitem").filter({ hasText: "gif-renamed.jpg" });
  await expect(refused).toContainText("This file type is not accepted. Upload PDF, JPEG, PNG or WebP.");
  await expect(control).toHaveAttribute("aria-invalid", "true");
  await expect(control).toHaveAccessibleDescription(/gif-renamed\.jpg.*is not accepted/);
});

test("an upload of 20 MB shows its progress and downloads unchanged", async ({ people }) => {
  const [ada, path] = [await people.member(), await fixturePath("large-20mb.jpg")];
  await ada.page.goto("/documents");
  const setNetwork = await emulateNetwork(ada.page);
  await setNetwork({ uploadThroughput: 10_000_000 });
  await choose(ada.page, "DBS certificate", path);
  const bar = ada.page.getByRole("progressbar", { name: "large-20mb.jpg" });
  await expect(ada.page.getByText(/^\d+ % · .* of \d+ MB/)).toBeVisible();
  await expect.poll(() => bar.evaluate(({ value }: HTMLProgressElement) => value)).toBeGreaterThan(0.1);
  const entry = documentsOf(ada.page, "DBS certificate").getByRole("listitem");
  await expect(entry).toContainText("large-20mb.jpg", { timeout: 40_000 });
  await expect(ada.page.locator("#announcer")).toContainText("large-20mb.jpg: uploaded");
  const link = entry.getByRole("link", { name: "Open large-20mb.jpg" });
  const saved = await downloadFile(ada.page, link, "large-20mb.jpg");
  expect(saved.equals(await readFile(path))).toBe(true);
});

test("a cancelled upload leaves no file and no open ticket", async ({ people }) => {
  const ada = await people.member();
  await ada.page.goto("/documents");
  const setNetwork = await emulateNetwork(ada.page);
  await setNetwork({ uploadThroughput: 2_000_000 });
  const ticket = ada.page.waitForResponse((response) => response.url().endsWith("/api/uploads"));
  await choose(ada.page, "DBS certificate", await fixturePath("large-20mb.jpg"));
  const { id } = await (await ticket).json();
  await expect(ada.page.getByText(/^[1-9]\d* % /)).toBeVisible();
  const aborted = ada.page.waitForResponse((response) => response.request().method() === "DELETE");
  await ada.page.getByRole("button", { name: "Cancel large-20mb.jpg" }).click();
  expect((await aborted).status()).toBe(204);
  await expect(ada.page.getByRole("progressbar")).toHaveCount(0);
  expect(await (await ada.request.get(`/api/uploads/${id}`)).json()).toMatchObject({ state: "aborted" });
  expect((await ada.profile()).files).toEqual([]);
});

test("an upload resumes when the network returns", async ({ people }) => {
  const ada = await people.member();
  ada.allowConsoleErrors(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/);
  await ada.page.goto("/documents");
  const setNetwork = await emulateNetwork(ada.page);
  await setNetwork({ uploadThroughput: 2_000_000 });
  await choose(ada.page, "DBS certificate", await fixturePath("large-20mb.jpg"));
  await expect(ada.page.getByText(/^[1-9]\d* % /)).toBeVisible();
  await setNetwork({ offline: true });
  await expect(ada.page.getByText(/^You are offline\./)).toBeVisible();
  await setNetwork({ offline: false });
  await expect(documentsOf(ada.page, "DBS certificate")).toContainText("large-20mb.jpg", { timeout: 40_000 });
  expect((await ada.profile()).files).toHaveLength(1);
});

test("a lost completion response is repeated and makes one file", async ({ people }) => {
  const ada = await people.member();
  ada.allowConsoleErrors(/ERR_FAILED.*\/complete/);
  let completions = 0;
  await ada.page.route("**/api/uploads/*/complete", async (route) => {
    completions += 1;
    if (completions > 1) return route.continue();
    expect((await route.fetch()).status()).toBe(200);
    return route.abort();
  });
  await ada.page.goto("/documents");
  await choose(ada.page, "DBS certificate", await fixturePath("scanned.pdf"));
  await expect(documentsOf(ada.page, "DBS certificate").getByRole("listitem")).toHaveCount(1);
  expect(completions).toBe(2);
  expect((await ada.profile()).files).toHaveLength(1);
});

test("too many open uploads show an error, and a retry succeeds later", async ({ people }) => {
  const ada = await people.member();
  ada.allowConsoleErrors(/status of 409 .*\/api\/uploads/);
  const open = await Promise.all(Array.from({ length: 10 }, () => openUpload(ada)));
  await ada.page.goto("/documents");
  await choose(ada.page, "DBS certificate", await fixturePath("scanned.pdf"));
  const again = ada.page.getByRole("button", { name: "Try again with scanned.pdf" });
  await expect(again).toBeVisible();
  await ada.writeOk("DELETE", `/api/uploads/${open[0]?.id}`);
  await again.click();
  await expect(documentsOf(ada.page, "DBS certificate")).toContainText("scanned.pdf");
});

function openUpload(person: Person): Promise<{ id: string }> {
  const sha256 = Buffer.alloc(32).toString("base64");
  const file = { field: "medicalLetter", name: "letter.pdf", type: "application/pdf", size: 1000, sha256 };
  return person.writeOk("POST", "/api/uploads", file);
}

async function expectRendered(image: Locator): Promise<void> {
  await expect(image).toBeVisible();
  await expect.poll(() => image.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(300);
}
