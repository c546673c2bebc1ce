import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { UploadField } from "./file-validation";
import { sendFiles } from "./send-files";
import { flushPromises } from "./testing/fake-time";
import { fakeUploadContext } from "./testing/fake-upload-context";
import { FakeTransport } from "./testing/fake-transport";
import { Upload } from "./upload";

const mine = vi.hoisted(() => ({ tools: {} as unknown }));
vi.mock("./upload-context", () => ({
  get browserUploadContext() {
    return mine.tools;
  },
}));
vi.mock("../announce", () => ({ announce: () => {} }));

const TICKET = "POST /api/uploads";
const field: UploadField = {
  name: "contract",
  label: "Contracts",
  accept: ["application/pdf"],
  maxSize: 1000,
  partSize: 10,
  many: true,
};
const parts = { size: 10, count: 2 };
const issued = { status: 201, body: { id: "u1", state: "issued", parts } };
const signedOut = { status: 401, body: { code: "unauthenticated", detail: "" } };

beforeEach(() => vi.stubGlobal("window", new EventTarget()));
afterEach(() => vi.unstubAllGlobals());

function chosen({ name = "c.pdf", text = "%PDF-1.4 and so on", lastModified = 5 } = {}): File {
  return new File([text], name, { lastModified });
}

/** An upload of `c.pdf` that has failed with its ticket in hand, and what sends more. */
async function failed() {
  const transport = new FakeTransport().on(TICKET, issued).on("POST /api/uploads/u1/parts", signedOut);
  const { tools } = fakeUploadContext({ transport });
  mine.tools = tools;
  const file = chosen();
  const upload = new Upload(
    { field: "contract", file, name: "c.pdf", type: "application/pdf", partSize: 10, owner: "ada" },
    tools,
  );
  await flushPromises();
  expect(upload.state.name).toBe("failed");
  transport.on("GET /api/uploads/u1", { status: 200, body: { ...issued.body, received: [] } });
  const shown: Upload[] = [upload];
  const add = async (next: File, crop?: { x: number; y: number; width: number; height: number }) => {
    const show = (other: Upload) => void shown.push(other);
    await sendFiles([next], { field, owner: "ada", crop, visibleUploads: [upload], onStarted: show, onRejected: () => {} });
    await flushPromises();
  };
  const tickets = () => transport.requestLines().filter((line) => line === TICKET).length;
  return { upload, transport, shown, add, tickets };
}

describe("a file that is chosen again where it failed", () => {
  test("goes on under the ticket that it has", async () => {
    const { transport, shown, add, tickets } = await failed();
    await add(chosen());
    expect(tickets()).toBe(1);
    expect(shown).toHaveLength(1);
    expect(transport.requestLines()).toContain("GET /api/uploads/u1");
  });

  test("goes on as well where somebody had paused it", async () => {
    const { upload, transport, add, tickets } = await failed();
    const address = { number: 1, url: "https://store/1", headers: {} };
    transport.on("POST /api/uploads/u1/parts", {
      status: 200,
      body: { parts: [address, { ...address, number: 2 }] },
    });
    upload.retry();
    await flushPromises();
    upload.pause();
    await flushPromises();
    expect(upload.state.name).toBe("paused");
    await add(chosen());
    expect(upload.state.name).toBe("sending");
    expect(tickets()).toBe(1);
  });

  test.each([
    ["another file", chosen({ text: "%PDF-1.4 and otherwise" }), undefined],
    ["one of another name", chosen({ name: "d.pdf" }), undefined],
    ["one that was changed since", chosen({ lastModified: 6 }), undefined],
    ["another cut of the same", chosen(), { x: 0, y: 0, width: 1, height: 1 }],
  ])("does not go on with %s, which is an upload of its own", async (_, file, crop) => {
    const { shown, add, tickets } = await failed();
    await add(file, crop);
    expect(tickets()).toBe(2);
    expect(shown).toHaveLength(2);
  });
});
