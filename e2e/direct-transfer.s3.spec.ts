import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { downloadFile } from "./download-file";
import { expect, test } from "./people";
import { RecordingProxy, takeSamples } from "./recording-proxy";
import { saveToMemory, unpackArchive } from "./saved-archive";

let proxy: RecordingProxy;
test.beforeEach(async ({ baseURL }) => {
  proxy = await RecordingProxy.start(baseURL ?? "");
});
test.afterEach(() => proxy.close());

test("no byte of an uploaded or downloaded document passes the application", async ({ people }) => {
  const [ada, path] = [await people.member(), await fixturePath("large-20mb.jpg")];
  const bytes = await readFile(path);
  expect(bytes.length).toBeGreaterThan(18_000_000);
  proxy.watchFor(takeSamples(bytes));
  await ada.page.goto(`${proxy.origin}/documents`);
  await ada.page.getByLabel("Choose a file for DBS certificate").setInputFiles(path);
  const documents = ada.page.getByRole("list", { name: "DBS certificate: current files" });
  await expect(documents.getByText("large-20mb.jpg").first()).toBeVisible();
  const link = documents.getByRole("link", { name: "Open large-20mb.jpg" });
  const copy = await downloadFile(ada.page, link, "large-20mb.jpg");
  expect(copy.equals(bytes), "the download equals the upload").toBe(true);
  await expectDirectTransfer(["POST /api/uploads", /^POST .*\/complete$/, /^GET .*\/content\?/]);
});

test("no byte of an exported document passes the application", async ({ people }, testInfo) => {
  const [ada, path] = [await people.member(), await fixturePath("large-20mb.jpg")];
  await ada.uploadFile("dbsCertificate", "large-20mb.jpg");
  await ada.uploadFile("medicalLetter", "scanned.pdf");
  proxy.watchFor(takeSamples(await readFile(path)));
  await saveToMemory(ada.page);
  await ada.page.goto(`${proxy.origin}/data`);
  const saved = ada.page.waitForEvent("download");
  await ada.page.getByRole("button", { name: "Download my data" }).click();
  const archive = await unpackArchive(await saved, testInfo.outputPath("data"));
  expect(await archive.verify()).toContain("large-20mb.jpg: OK");
  await expect(ada.page.getByText("Each file is as we stored it.")).toBeVisible();
  await expectDirectTransfer(["GET /api/account/export", /^GET .*\/content\?/]);
});

test("no byte of a public picture passes the application", async ({ people }) => {
  const [ada, visitor] = [await people.member(), await people.visitor()];
  const bytes = await readFile(await fixturePath("large-20mb.jpg"));
  const { handle } = await ada.profile();
  const { variants = [] } = await ada.uploadFile("profilePicture", "large-20mb.jpg");
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const { picture } = await ada.profile();
  const made = await Promise.all(
    (picture?.variants ?? variants).map(async ({ url }) =>
      Buffer.from(await (await fetch(url)).arrayBuffer()),
    ),
  );
  expect(made.length).toBeGreaterThan(2);
  proxy.watchFor([bytes, ...made].flatMap(takeSamples));
  await visitor.page.goto(`${proxy.origin}/u/${handle}`);
  const shown = visitor.page.locator("article picture img");
  await expect.poll(() => shown.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(90);
  await expectDirectTransfer([`GET /u/${handle}`]);
});

test("the recording proxy finds a file in requests and responses", async () => {
  const bytes = await readFile(await fixturePath("phone-portrait.jpg"));
  const echo = createServer((incoming, outgoing) => void incoming.pipe(outgoing));
  await new Promise<void>((done) => echo.listen(0, "127.0.0.1", done));
  const { port } = echo.address() as AddressInfo;
  const other = await RecordingProxy.start(`http://127.0.0.1:${port}`);
  other.watchFor(takeSamples(bytes));
  const response = await fetch(`${other.origin}/x`, { method: "PUT", body: new Uint8Array(bytes) });
  await response.arrayBuffer();
  expect(other.requests).toEqual([
    { method: "PUT", path: "/x", bytesReceived: bytes.length, bytesSent: bytes.length },
  ]);
  expect(new Set(other.sampleMatches)).toEqual(new Set(["request PUT /x", "response PUT /x"]));
  other.close();
  echo.close();
});

async function expectDirectTransfer(asked: (string | RegExp)[]): Promise<void> {
  const names = proxy.requests.map(({ method, path }) => `${method} ${path}`);
  for (const each of asked)
    expect(names).toContainEqual(typeof each === "string" ? each : expect.stringMatching(each));
  expect(
    proxy.requests.reduce((sum, { bytesReceived: received }) => sum + received, 0),
    "bytes in",
  ).toBeLessThan(100_000);
  expect(
    proxy.requests.reduce((sum, { bytesSent: sent }) => sum + sent, 0),
    "bytes out",
  ).toBeLessThan(3_000_000);
  expect(proxy.sampleMatches, "bodies that carried a sample of the file").toEqual([]);
}
