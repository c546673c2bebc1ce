import { createHash } from "node:crypto";
import type { Locator, Page, Request } from "@playwright/test";
import { createLargeDocument } from "./large-document";
import { emulateNetwork } from "./network-conditions";
import { expect, type Person, test } from "./people";
import { pressTabUntil } from "./tab-to";

/** MB of a contract in three parts: 32, 32 and 6. The last one arrives first. */
const SIZE = 70;
/** Bytes a second, slow enough to act during the upload. */
const SLOW = 12_000_000;

const contracts = (page: Page): Locator => page.getByRole("list", { name: "Contracts: current files" });
const unfinished = (page: Page): Locator => page.getByRole("list", { name: "Contracts: unfinished uploads" });

async function choose(page: Page, path: string): Promise<void> {
  await page.getByLabel("Choose files for Contracts").setInputFiles(path);
}

/** Records the part numbers that the page sends, in order, and those that succeed. */
function partsSentBy(page: Page): { started: number[]; succeeded: number[] } {
  const parts: { started: number[]; succeeded: number[] } = { started: [], succeeded: [] };
  const numberOf = (request: Request) =>
    request.method() === "PUT" ? Number(new URL(request.url()).searchParams.get("partNumber")) : 0;
  page.on("request", (request) => {
    if (numberOf(request)) parts.started.push(numberOf(request));
  });
  page.on("response", (response) => {
    if (numberOf(response.request()) && response.ok()) parts.succeeded.push(numberOf(response.request()));
  });
  return parts;
}

async function signIn({ page, email, password }: Person): Promise<void> {
  await page.goto("/sign-in?next=/documents");
  await page.getByLabel("E-mail address").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL("**/documents");
}

test("a reloaded page resumes a contract and sends no part twice", async ({ people }, testInfo) => {
  const [ada, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  const bytes = await createLargeDocument(path, SIZE);
  const { page } = ada;
  await page.goto("/documents");
  const setNetwork = await emulateNetwork(page);
  const parts = partsSentBy(page);
  await setNetwork({ uploadThroughput: SLOW });
  await choose(page, path);
  await expect.poll(() => parts.succeeded, { timeout: 40_000 }).toEqual([3]);
  expect(parts.started.toSorted(), "several at a time").toEqual([1, 2, 3]);
  await page.reload();
  await expect(unfinished(page)).toContainText("8 % · 6 MB of 70 MB");

  await setNetwork({ uploadThroughput: -1 });
  await unfinished(page).getByLabel("Choose the file again for contract.pdf").setInputFiles(path);
  await expect(contracts(page)).toContainText("contract.pdf", { timeout: 40_000 });
  expect(parts.succeeded.toSorted()).toEqual([1, 2, 3]);
  expect(parts.started.slice(3).toSorted()).toEqual([1, 2]);
  await expect(unfinished(page).getByRole("listitem")).toHaveCount(0);
  const [file] = (await ada.profile()).files;
  expect(file?.sha256).toBe(createHash("sha256").update(bytes).digest("base64"));
  const stored = await page.evaluate(() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage));
  expect(stored, "the device keeps nothing of the upload").not.toContain("contract.pdf");
});

test("keys pause and resume an upload and keep the focus", async ({ people }, testInfo) => {
  const [ada, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  await createLargeDocument(path, SIZE);
  const { page } = ada;
  // The browser reports an aborted part as failed.
  ada.allowConsoleErrors(/ERR_ABORTED/);
  await page.goto("/documents");
  const setNetwork = await emulateNetwork(page);
  const parts = partsSentBy(page);
  // A busy machine takes a while to reach the button by keys.
  await setNetwork({ uploadThroughput: SLOW / 4 });
  await choose(page, path);
  await expect.poll(() => parts.succeeded, { timeout: 40_000 }).toEqual([3]);
  const partsAborted = Promise.all([1, 2].map(() => page.waitForEvent("requestfailed")));
  await pressTabUntil(page, /button "Pause contract.pdf"/);
  await page.keyboard.press("Enter");
  await partsAborted;
  await expect(page.getByText(/^Paused · \d+ % · /)).toBeVisible();
  await expect(page.locator("#announcer")).toContainText("contract.pdf: paused");
  const resume = page.getByRole("button", { name: "Resume contract.pdf" });
  await expect(resume).toBeFocused();
  expect(parts.started).toHaveLength(3);

  await setNetwork({ uploadThroughput: -1 });
  await page.keyboard.press("Space");
  await expect(page.locator("#announcer")).toContainText("contract.pdf: resumed");
  await expect(contracts(page)).toContainText("contract.pdf", { timeout: 40_000 });
  expect(parts.succeeded.toSorted()).toEqual([1, 2, 3]);
});

test("only its owner sees an unfinished upload after signing in again", async ({ people }, testInfo) => {
  const [ada, grace] = [await people.member("Ada Lovelace"), await people.member("Grace Hopper")];
  const { page } = ada;
  const [path, other] = [testInfo.outputPath("contract.pdf"), testInfo.outputPath("other/contract.pdf")];
  await createLargeDocument(path, SIZE);
  await createLargeDocument(other, 34);
  await page.goto("/documents");
  const setNetwork = await emulateNetwork(page);
  const parts = partsSentBy(page);
  await setNetwork({ uploadThroughput: SLOW });
  const ticket = page.waitForResponse((response) => response.url().endsWith("/api/uploads"));
  await choose(page, path);
  const { id } = await (await ticket).json();
  await expect.poll(() => parts.succeeded, { timeout: 40_000 }).toEqual([3]);
  await page.reload();
  await expect(unfinished(page)).toContainText("contract.pdf");
  await setNetwork({ uploadThroughput: -1 });

  await page.context().clearCookies();
  await signIn(Object.assign(Object.create(ada), { email: grace.email }));
  await expect(page.getByRole("heading", { name: "Contracts" })).toBeVisible();
  await expect(page.getByText("contract.pdf")).toHaveCount(0);

  await page.context().clearCookies();
  await signIn(ada);
  const row = unfinished(page).getByRole("listitem");
  await row.getByLabel("Choose the file again for contract.pdf").setInputFiles(other);
  await expect(row).toContainText("This contract.pdf differs from the file that you started to upload");
  await row.getByRole("button", { name: /^Upload it as a new file/ }).click();
  await expect(contracts(page)).toContainText("34 MB", { timeout: 40_000 });

  const aborted = page.waitForResponse((response) => response.request().method() === "DELETE");
  await row.getByRole("button", { name: "Discard contract.pdf" }).click();
  expect((await aborted).status()).toBe(204);
  await expect(row).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Contracts" })).toBeFocused();
  expect(await (await ada.request.get(`/api/uploads/${id}`)).json()).toMatchObject({ state: "aborted" });
});

test("an upload continues while its owner visits another page", async ({ people }, testInfo) => {
  const [{ page }, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  await createLargeDocument(path, SIZE);
  await page.goto("/documents");
  const setNetwork = await emulateNetwork(page);
  await setNetwork({ uploadThroughput: SLOW });
  await choose(page, path);
  await expect(page.getByRole("button", { name: "Pause contract.pdf" })).toBeVisible();
  await page.getByRole("link", { name: "Profile" }).first().click();
  await expect(page.getByLabel("Headline")).toBeVisible();
  await page.getByRole("link", { name: "Documents" }).first().click();
  await expect(page.getByRole("progressbar", { name: "contract.pdf" })).toBeVisible();
  await expect(unfinished(page).getByRole("listitem")).toHaveCount(0);
  await setNetwork({ uploadThroughput: -1 });
  await expect(contracts(page)).toContainText("contract.pdf", { timeout: 40_000 });
});

test("the next page completes an upload that was fully sent", async ({ people }, testInfo) => {
  const [ada, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  await createLargeDocument(path, SIZE);
  const { page } = ada;
  ada.allowConsoleErrors(/ERR_FAILED/);
  await page.goto("/documents");
  await page.route("**/complete", (route) => route.abort());
  const lost = page.waitForEvent("requestfailed", (request) => request.url().endsWith("/complete"));
  await choose(page, path);
  await lost;
  await page.unroute("**/complete");
  await page.reload();
  await expect(contracts(page)).toContainText("contract.pdf", { timeout: 40_000 });
  await expect(unfinished(page).getByRole("listitem")).toHaveCount(0);
});

test("keys retry and cancel an upload and keep the focus", async ({ people }, testInfo) => {
  const [ada, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  await createLargeDocument(path, SIZE);
  const { page } = ada;
  ada.allowConsoleErrors(/ERR_ABORTED|409/);
  await page.goto("/documents");
  const setNetwork = await emulateNetwork(page);
  const full = { code: "quota_exceeded", detail: "Your storage is full." };
  await page.route("**/api/uploads", (route) => route.fulfill({ status: 409, json: full }));
  await choose(page, path);
  const again = page.getByRole("button", { name: "Try again with contract.pdf" });
  await expect(again).toBeVisible();
  await page.unroute("**/api/uploads");
  await setNetwork({ uploadThroughput: SLOW });
  await again.focus();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("progressbar", { name: "contract.pdf" })).toBeVisible();
  await expect(page.locator(":focus"), "the row, since the button is gone").toContainText("contract.pdf");
  const cancel = page.getByRole("button", { name: "Cancel contract.pdf" });
  await cancel.focus();
  await page.keyboard.press("Enter");
  await expect(cancel).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Contracts" })).toBeFocused();
});
