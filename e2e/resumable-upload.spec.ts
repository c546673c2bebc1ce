import { createHash } from "node:crypto";
import type { Locator, Page, Request } from "@playwright/test";
import { networkEmulator } from "./network-conditions";
import { createLargeDocument } from "./large-document";
import { expect, type Person, test } from "./people";
import { pressTabUntil } from "./tab-to";

/** Three parts of a contract: 32 MB, 32 MB, and 6 MB, which is there first. */
const SIZE = 70;
/** Bytes a second at which that takes a while. */
const SLOW = 12_000_000;

const here = (page: Page): Locator => page.getByRole("list", { name: "Contracts: what is here" });
const unfinished = (page: Page): Locator => page.getByRole("list", { name: "Contracts: not finished" });

async function choose(page: Page, path: string): Promise<void> {
  await page.getByLabel("Choose files for Contracts").setInputFiles(path);
}

/** Which parts are sent, in the order in which they set out. */
function partsSentBy(page: Page): { begun: number[]; arrived: number[] } {
  const parts: { begun: number[]; arrived: number[] } = { begun: [], arrived: [] };
  const numberOf = (request: Request) =>
    request.method() === "PUT" ? Number(new URL(request.url()).searchParams.get("partNumber")) : 0;
  page.on("request", (request) => {
    if (numberOf(request)) parts.begun.push(numberOf(request));
  });
  page.on("response", (response) => {
    if (numberOf(response.request()) && response.ok()) parts.arrived.push(numberOf(response.request()));
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

test("a contract of 70 MB stops half-way with its page: chosen again it goes on, and no part is sent twice", async ({
  people,
}, testInfo) => {
  const [ada, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  const bytes = await createLargeDocument(path, SIZE);
  const { page } = ada;
  await page.goto("/documents");
  const line = await networkEmulator(page);
  const parts = partsSentBy(page);
  await line({ uploadThroughput: SLOW });
  await choose(page, path);
  await expect.poll(() => parts.arrived, { timeout: 40_000 }).toEqual([3]);
  expect(parts.begun.toSorted(), "several at a time").toEqual([1, 2, 3]);
  await page.reload();
  await expect(unfinished(page)).toContainText("8 % · 6 MB of 70 MB");

  await line({ uploadThroughput: -1 });
  await unfinished(page).getByLabel("Choose it again for contract.pdf").setInputFiles(path);
  await expect(here(page)).toContainText("contract.pdf", { timeout: 40_000 });
  expect(parts.arrived.toSorted()).toEqual([1, 2, 3]);
  expect(parts.begun.slice(3).toSorted()).toEqual([1, 2]);
  await expect(unfinished(page).getByRole("listitem")).toHaveCount(0);
  const [file] = (await ada.profile()).files;
  expect(file?.sha256).toBe(createHash("sha256").update(bytes).digest("base64"));
  const kept = await page.evaluate(() => JSON.stringify(localStorage) + JSON.stringify(sessionStorage));
  expect(kept, "nothing of it is left on the device").not.toContain("contract.pdf");
});

test("a contract on its way is stopped and gone on with by keys, without the focus getting lost", async ({
  people,
}, testInfo) => {
  const [ada, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  await createLargeDocument(path, SIZE);
  const { page } = ada;
  // A part that is called off is one that the browser says failed.
  ada.allowConsoleErrors(/ERR_ABORTED/);
  await page.goto("/documents");
  const line = await networkEmulator(page);
  const parts = partsSentBy(page);
  // Time to get to the button by keys, on a busy machine as well.
  await line({ uploadThroughput: SLOW / 4 });
  await choose(page, path);
  await expect.poll(() => parts.arrived, { timeout: 40_000 }).toEqual([3]);
  const calledOff = Promise.all([1, 2].map(() => page.waitForEvent("requestfailed")));
  await pressTabUntil(page, /button "Pause contract.pdf"/);
  await page.keyboard.press("Enter");
  await calledOff;
  await expect(page.getByText(/^Paused · \d+ % · /)).toBeVisible();
  await expect(page.locator("#announcer")).toContainText("contract.pdf: paused");
  const goOn = page.getByRole("button", { name: "Go on with contract.pdf" });
  await expect(goOn).toBeFocused();
  expect(parts.begun).toHaveLength(3);

  await line({ uploadThroughput: -1 });
  await page.keyboard.press("Space");
  await expect(page.locator("#announcer")).toContainText("contract.pdf: going on");
  await expect(here(page)).toContainText("contract.pdf", { timeout: 40_000 });
  expect(parts.arrived.toSorted()).toEqual([1, 2, 3]);
});

test("what was on its way waits for its owner alone: nobody else sees it, and it is there after signing in again", async ({
  people,
}, testInfo) => {
  const [ada, grace] = [await people.member("Ada Lovelace"), await people.member("Grace Hopper")];
  const { page } = ada;
  const [path, other] = [testInfo.outputPath("contract.pdf"), testInfo.outputPath("other/contract.pdf")];
  await createLargeDocument(path, SIZE);
  await createLargeDocument(other, 34);
  await page.goto("/documents");
  const line = await networkEmulator(page);
  const parts = partsSentBy(page);
  await line({ uploadThroughput: SLOW });
  const ticket = page.waitForResponse((answer) => answer.url().endsWith("/api/uploads"));
  await choose(page, path);
  const { id } = await (await ticket).json();
  await expect.poll(() => parts.arrived, { timeout: 40_000 }).toEqual([3]);
  await page.reload();
  await expect(unfinished(page)).toContainText("contract.pdf");
  await line({ uploadThroughput: -1 });

  await page.context().clearCookies();
  await signIn(Object.assign(Object.create(ada), { email: grace.email }));
  await expect(page.getByRole("heading", { name: "Contracts" })).toBeVisible();
  await expect(page.getByText("contract.pdf")).toHaveCount(0);

  await page.context().clearCookies();
  await signIn(ada);
  const row = unfinished(page).getByRole("listitem");
  await row.getByLabel("Choose it again for contract.pdf").setInputFiles(other);
  await expect(row).toContainText("This contract.pdf is not the one that was on its way");
  await row.getByRole("button", { name: /^Send it as a new one/ }).click();
  await expect(here(page)).toContainText("34 MB", { timeout: 40_000 });

  const givenBack = page.waitForResponse((answer) => answer.request().method() === "DELETE");
  await row.getByRole("button", { name: "Discard contract.pdf" }).click();
  expect((await givenBack).status()).toBe(204);
  await expect(row).toHaveCount(0);
  await expect(page.getByRole("heading", { name: "Contracts" })).toBeFocused();
  expect(await (await ada.request.get(`/api/uploads/${id}`)).json()).toMatchObject({ state: "aborted" });
});

test("a contract on its way goes on while its owner looks at another page, and is shown again on the way back", async ({
  people,
}, testInfo) => {
  const [{ page }, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  await createLargeDocument(path, SIZE);
  await page.goto("/documents");
  const line = await networkEmulator(page);
  await line({ uploadThroughput: SLOW });
  await choose(page, path);
  await expect(page.getByRole("button", { name: "Pause contract.pdf" })).toBeVisible();
  await page.getByRole("link", { name: "Profile" }).first().click();
  await expect(page.getByLabel("Headline")).toBeVisible();
  await page.getByRole("link", { name: "Documents" }).first().click();
  await expect(page.getByRole("progressbar", { name: "contract.pdf" })).toBeVisible();
  await expect(unfinished(page).getByRole("listitem")).toHaveCount(0);
  await line({ uploadThroughput: -1 });
  await expect(here(page)).toContainText("contract.pdf", { timeout: 40_000 });
});

test("a contract whose page was left just before its completion is completed by the next one, without its file", async ({
  people,
}, testInfo) => {
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
  await expect(here(page)).toContainText("contract.pdf", { timeout: 40_000 });
  await expect(unfinished(page).getByRole("listitem")).toHaveCount(0);
});

test("whoever tries again, and then cancels after all, by keys alone keeps their place on the page", async ({
  people,
}, testInfo) => {
  const [ada, path] = [await people.member(), testInfo.outputPath("contract.pdf")];
  await createLargeDocument(path, SIZE);
  const { page } = ada;
  ada.allowConsoleErrors(/ERR_ABORTED|409/);
  await page.goto("/documents");
  const line = await networkEmulator(page);
  const full = { code: "quota_exceeded", detail: "Your storage is full." };
  await page.route("**/api/uploads", (route) => route.fulfill({ status: 409, json: full }));
  await choose(page, path);
  const again = page.getByRole("button", { name: "Try again with contract.pdf" });
  await expect(again).toBeVisible();
  await page.unroute("**/api/uploads");
  await line({ uploadThroughput: SLOW });
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
