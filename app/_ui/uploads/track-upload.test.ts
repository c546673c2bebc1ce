import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { findActiveUploads } from "./active-uploads";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { fakeUploadContext } from "./testing/fake-upload-context";
import { trackUpload } from "./track-upload";
import { Upload } from "./upload";

const announcements = vi.hoisted(() => [] as string[]);
vi.mock("../announce", () => ({ announce: (message: string) => announcements.push(message) }));

const warnsBeforeUnload = () =>
  window.dispatchEvent(new Event("beforeunload", { cancelable: true })) === false;

beforeEach(() => vi.stubGlobal("window", new EventTarget()));
afterEach(() => {
  for (const upload of findActiveUploads("contract", "ada")) upload.cancel();
  announcements.length = 0;
  vi.unstubAllGlobals();
});

async function startTrackedUpload(): Promise<{ upload: Upload; transport: FakeTransport }> {
  const transport = new FakeTransport()
    .on("POST /api/uploads", {
      status: 201,
      body: { id: "u1", state: "issued", parts: { size: 100, count: 2 } },
    })
    .on("POST /api/uploads/u1/parts", {
      status: 200,
      body: { parts: [1, 2].map((number) => ({ number, url: `https://store/${number}`, headers: {} })) },
    })
    .on("DELETE /api/uploads/u1", { status: 204, body: null });
  const file = new Blob([new Uint8Array(200)]);
  const request = {
    field: "contract",
    file,
    name: "c.pdf",
    type: "application/pdf",
    partSize: 100,
    owner: "ada",
  };
  const upload = new Upload(request, fakeUploadContext({ transport }).context);
  trackUpload(upload);
  await flushPromises();
  return { upload, transport };
}

describe("a tracked upload", () => {
  test("is found only by its owner and its field", async () => {
    const { upload } = await startTrackedUpload();
    expect(findActiveUploads("contract", "ada")).toEqual([upload]);
    expect(findActiveUploads("contract", "grace")).toEqual([]);
    expect(findActiveUploads("medicalLetter", "ada")).toEqual([]);
    upload.cancel();
    expect(findActiveUploads("contract", "ada")).toEqual([]);
  });

  test("makes the browser ask before it closes the page", async () => {
    const { upload } = await startTrackedUpload();
    expect(warnsBeforeUnload()).toBe(true);
    upload.pause();
    expect(warnsBeforeUnload()).toBe(true);
    upload.cancel();
    expect(warnsBeforeUnload()).toBe(false);
  });

  test("announces each quarter once if a part starts again", async () => {
    const { transport } = await startTrackedUpload();
    transport.puts[0]?.progress(80);
    transport.puts[0]?.respond(403);
    await flushPromises();
    for (const bytes of [10, 80, 99]) transport.currentPut.progress(bytes);
    expect(announcements).toEqual(["c.pdf, 200 bytes: started", "c.pdf: 25 percent uploaded"]);
  });

  test("announces that it is paused and resumed", async () => {
    const { upload, transport } = await startTrackedUpload();
    transport.on("GET /api/uploads/u1", {
      status: 200,
      body: { id: "u1", state: "issued", parts: { size: 100, count: 2 }, received: [] },
    });
    upload.pause();
    upload.resume();
    await flushPromises();
    expect(announcements.slice(1)).toEqual(["c.pdf: paused", "c.pdf: resumed"]);
  });

  test("does not repeat a quarter after a pause", async () => {
    const { upload, transport } = await startTrackedUpload();
    transport.on("GET /api/uploads/u1", {
      status: 200,
      body: { id: "u1", state: "issued", parts: { size: 100, count: 2 }, received: [] },
    });
    transport.currentPut.progress(60);
    upload.pause();
    upload.resume();
    await flushPromises();
    for (const { progress } of transport.puts.slice(2)) progress(50);
    expect(upload.state).toMatchObject({ name: "sending", sent: 100 });
    expect(announcements.slice(1)).toEqual([
      "c.pdf: 25 percent uploaded",
      "c.pdf: paused",
      "c.pdf: resumed",
      "c.pdf: 50 percent uploaded",
    ]);
  });
});
