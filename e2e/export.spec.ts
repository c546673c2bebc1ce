import { createHash } from "node:crypto";
import type { Page, Request } from "@playwright/test";
import { createLargeDocument } from "./large-document";
import { emulateNetwork } from "./network-conditions";
import { expect, type Person, test } from "./people";
import { RecordingProxy } from "./recording-proxy";
import { listDisk, saveToDisk, saveToMemory, takeFromDisk, unpackArchive } from "./saved-archive";
import { pressTabUntil } from "./tab-to";

const button = (page: Page) => page.getByRole("button", { name: "Download my data" });

/** MB of a contract. The server does not open documents above 32 MB. */
const SIZE = 34;
/** Bytes a second, slow enough to act during the download on a busy machine. */
const SLOW = 1_000_000;

/** Uploads a contract of this many MB through the page. Returns its bytes. */
async function uploadContract({ page }: Person, path: string, megabytes: number): Promise<Buffer> {
  const bytes = await createLargeDocument(path, megabytes);
  await page.goto("/documents");
  await page.getByLabel("Choose files for Contracts").setInputFiles(path);
  const contracts = page.getByRole("list", { name: "Contracts: current files" });
  await expect(contracts).toContainText("contract.pdf", { timeout: 40_000 });
  return bytes;
}

/** Records the ranges that the page asks the store for. */
function rangesAskedBy(page: Page): (string | undefined)[] {
  const ranges: (string | undefined)[] = [];
  page.on("request", async (request: Request) => {
    if (request.url().includes("/api/storage/private/")) ranges.push((await request.allHeaders()).range);
  });
  return ranges;
}

test("a member downloads her data, and sha256sum verifies it", async ({ people }, testInfo) => {
  const [ada, grace] = [await people.member("Ada Lovelace"), await people.reviewer("Grace Hopper")];
  const letter = await ada.uploadFile("medicalLetter", "scanned.pdf", "lettre – 証明.pdf");
  await grace.decide(letter, { outcome: "request_changes", reason: "incomplete", message: "One page?" });
  const { page } = ada;
  await saveToMemory(page);
  await page.goto("/data");
  await expect(page.getByRole("heading", { name: "Your data", level: 1 })).toBeVisible();
  await expect(page.getByRole("region", { name: "Your documents" })).toContainText("lettre – 証明.pdf");
  const saved = page.waitForEvent("download");
  await button(page).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^my-data-\d{4}-\d\d-\d\d\.zip$/);
  await expect(page.getByText(/^1 file, .* Each file is as we stored it\.$/)).toBeVisible();
  await expect(page.locator("#announcer")).toContainText("Your data is saved: 1 file");
  const archive = await unpackArchive(download, testInfo.outputPath("data"));
  const lines = (await archive.verify()).trim().split("\n");
  expect(lines.filter((line) => !line.endsWith(": OK"))).toEqual([]);
  expect(lines.join()).toMatch(/documents\/Medical letter\/\d{4}-\d\d-\d\d lettre – 証明\.pdf: OK/);
  expect(await archive.readJson("accesses.json")).toContainEqual(
    expect.objectContaining({ by: { name: "Grace Hopper", role: "reviewer" } }),
  );
  expect(await archive.readJson("decisions.json")).toMatchObject([{ message: "One page?" }]);
});

test("a download goes on at its byte after the network was away", async ({ people, baseURL }, testInfo) => {
  const ada = await people.member();
  const { page } = ada;
  const proxy = await RecordingProxy.start(baseURL ?? "");
  const bytes = await uploadContract(ada, testInfo.outputPath("contract.pdf"), SIZE);
  await saveToDisk(page);
  await page.goto(`${proxy.origin}/data`);
  const ranges = rangesAskedBy(page);
  const setNetwork = await emulateNetwork(page);
  ada.allowConsoleErrors(/ERR_|Failed to load resource/);
  await setNetwork({ downloadThroughput: SLOW });
  await button(page).click();
  const bar = page.getByRole("progressbar", { name: "Download of your data" });
  await expect.poll(async () => Number(await bar.getAttribute("value"))).toBeGreaterThan(1_000_000);
  await setNetwork({ offline: true, downloadThroughput: SLOW });
  proxy.cut();
  await expect(page.getByText("You are offline. The download goes on").first()).toBeVisible();
  await expect(page.locator("#announcer")).toContainText("You are offline");
  await setNetwork({});
  await expect(page.getByText("Each file is as we stored it.")).toBeVisible({ timeout: 40_000 });
  expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d{7,}-$/)]);
  const archive = await unpackArchive(await takeFromDisk(page), testInfo.outputPath("data"));
  expect(await archive.verify()).toMatch(/contract\.pdf: OK/);
  const [file] = await archive.readJson("files.json");
  expect(file.sha256).toBe(createHash("sha256").update(bytes).digest("base64"));
  proxy.close();
});

test("a damaged file is shown, and sha256sum finds it", async ({ people }, testInfo) => {
  const ada = await people.member();
  await ada.uploadFile("contract", "scanned.pdf", "good.pdf");
  const { page } = ada;
  await saveToMemory(page);
  await page.route("**/content?**", async (route) => {
    const response = await route.fetch();
    const body = await response.body();
    body[100] = (body[100] ?? 0) ^ 1;
    await route.fulfill({ response, body });
  });
  await page.goto("/data");
  const saved = page.waitForEvent("download");
  await button(page).click();
  const archive = await unpackArchive(await saved, testInfo.outputPath("data"));
  const alert = page.getByRole("alert").filter({ hasText: "some files have a problem" });
  await expect(alert).toContainText("good.pdf is damaged: it differs from what we stored.");
  expect(await archive.verify()).toMatch(/good\.pdf: FAILED/);
});

test("keys start and cancel a download, which leaves no file", async ({ people }, testInfo) => {
  const ada = await people.member();
  const { page } = ada;
  await uploadContract(ada, testInfo.outputPath("contract.pdf"), SIZE);
  await saveToDisk(page);
  await page.goto("/data");
  const setNetwork = await emulateNetwork(page);
  await setNetwork({ downloadThroughput: SLOW });
  await pressTabUntil(page, /button "Download my data"/);
  await page.keyboard.press("Enter");
  await expect(page.getByText(/^0 of 1 files · [\d.]+ MB of 34 MB$/)).toBeVisible();
  await pressTabUntil(page, /button "Cancel"/);
  await page.keyboard.press("Enter");
  await expect(button(page)).toBeVisible();
  await expect(page.locator("#announcer")).toContainText("Download cancelled");
  await expect.poll(() => listDisk(page)).toEqual([]);
  await setNetwork({});
  await pressTabUntil(page, /button "Download my data"/);
  await page.keyboard.press("Enter");
  await expect(page.getByText("Each file is as we stored it.")).toBeVisible({ timeout: 40_000 });
  expect(await listDisk(page)).toEqual(["saved.zip"]);
});
