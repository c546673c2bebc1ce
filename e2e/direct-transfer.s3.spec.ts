import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { RecordingProxy, takeSamples } from "./recording-proxy";
import { expect, test } from "./people";
import { downloadFile } from "./download-file";

let line: RecordingProxy;
test.beforeEach(async ({ baseURL }) => {
  line = await RecordingProxy.start(baseURL ?? "");
});
test.afterEach(() => line.close());

test("a member sends 20 MB and fetches them again: not a byte of the file passes the application", async ({
  people,
}) => {
  const [ada, path] = [await people.member(), await fixturePath("large-20mb.jpg")];
  const bytes = await readFile(path);
  expect(bytes.length).toBeGreaterThan(18_000_000);
  line.watchFor(takeSamples(bytes));
  await ada.page.goto(`${line.origin}/documents`);
  await ada.page.getByLabel("Choose a file for DBS certificate").setInputFiles(path);
  const here = ada.page.getByRole("list", { name: "DBS certificate: what is here" });
  await expect(here.getByText("large-20mb.jpg").first()).toBeVisible();
  const link = here.getByRole("link", { name: "Open large-20mb.jpg" });
  const copy = await downloadFile(ada.page, link, "large-20mb.jpg");
  expect(copy.equals(bytes), "the copy is what was sent").toBe(true);
  await expectPastTheApplication(["POST /api/uploads", /^POST .*\/complete$/, /^GET .*\/content\?/]);
});

test("a picture of 20 MB is sent by its owner and seen by a stranger: not a byte of either passes the application", async ({
  people,
}) => {
  const [ada, stranger] = [await people.member(), await people.visitor()];
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
  line.watchFor([bytes, ...made].flatMap(takeSamples));
  await stranger.page.goto(`${line.origin}/u/${handle}`);
  const shown = stranger.page.locator("article picture img");
  await expect.poll(() => shown.evaluate((it: HTMLImageElement) => it.naturalWidth)).toBeGreaterThan(90);
  await expectPastTheApplication([`GET /u/${handle}`]);
});

test("the line on which this is measured notices a file that goes by, either way", async () => {
  const bytes = await readFile(await fixturePath("phone-portrait.jpg"));
  const echo = createServer((incoming, outgoing) => void incoming.pipe(outgoing));
  await new Promise<void>((done) => echo.listen(0, "127.0.0.1", done));
  const { port } = echo.address() as AddressInfo;
  const other = await RecordingProxy.start(`http://127.0.0.1:${port}`);
  other.watchFor(takeSamples(bytes));
  const answer = await fetch(`${other.origin}/x`, { method: "PUT", body: new Uint8Array(bytes) });
  await answer.arrayBuffer();
  expect(other.requests).toEqual([{ method: "PUT", path: "/x", received: bytes.length, sent: bytes.length }]);
  expect(new Set(other.sampleMatches)).toEqual(new Set(["request PUT /x", "response PUT /x"]));
  other.close();
  echo.close();
});

async function expectPastTheApplication(asked: (string | RegExp)[]): Promise<void> {
  const names = line.requests.map(({ method, path }) => `${method} ${path}`);
  for (const each of asked)
    expect(names).toContainEqual(typeof each === "string" ? each : expect.stringMatching(each));
  expect(
    line.requests.reduce((sum, { bytesReceived: received }) => sum + received, 0),
    "bytes in",
  ).toBeLessThan(100_000);
  expect(
    line.requests.reduce((sum, { bytesSent: sent }) => sum + sent, 0),
    "bytes out",
  ).toBeLessThan(3_000_000);
  expect(line.sampleMatches, "what carried a piece of the file").toEqual([]);
}
