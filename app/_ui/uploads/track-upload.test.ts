import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { trackUpload } from "./track-upload";
import { flushPromises } from "./testing/fake-time";
import { fakeUploadContext } from "./testing/fake-upload-context";
import { FakeTransport } from "./testing/fake-transport";
import { findActiveUploads } from "./active-uploads";
import { Upload } from "./upload";

const announced = vi.hoisted(() => [] as string[]);
vi.mock("../announce", () => ({ announce: (words: string) => announced.push(words) }));

const asking = () => window.dispatchEvent(new Event("beforeunload", { cancelable: true })) === false;

beforeEach(() => vi.stubGlobal("window", new EventTarget()));
afterEach(() => {
  for (const upload of findActiveUploads("contract", "ada")) upload.cancel();
  announced.length = 0;
  vi.unstubAllGlobals();
});

async function begun(): Promise<{ upload: Upload; transport: FakeTransport }> {
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
  const upload = new Upload(request, fakeUploadContext({ transport }).tools);
  trackUpload(upload);
  await flushPromises();
  return { upload, transport };
}

describe("what is on its way", () => {
  test("is found again by its owner's control for that field alone", async () => {
    const { upload } = await begun();
    expect(findActiveUploads("contract", "ada")).toEqual([upload]);
    expect(findActiveUploads("contract", "grace")).toEqual([]);
    expect(findActiveUploads("medicalLetter", "ada")).toEqual([]);
    upload.cancel();
    expect(findActiveUploads("contract", "ada")).toEqual([]);
  });

  test("keeps the page from being closed unasked until it is over, paused or not", async () => {
    const { upload } = await begun();
    expect(asking()).toBe(true);
    upload.pause();
    expect(asking()).toBe(true);
    upload.cancel();
    expect(asking()).toBe(false);
  });

  test("tells each quarter once, also where a part begins anew", async () => {
    const { transport } = await begun();
    transport.puts[0]?.progress(80);
    transport.puts[0]?.answer(403);
    await flushPromises();
    for (const bytes of [10, 80, 99]) transport.currentPut.progress(bytes);
    expect(announced).toEqual(["c.pdf, 200 bytes: started", "c.pdf: 25 percent sent"]);
  });

  test("tells that it is paused, and that it goes on", async () => {
    const { upload, transport } = await begun();
    transport.on("GET /api/uploads/u1", {
      status: 200,
      body: { id: "u1", state: "issued", parts: { size: 100, count: 2 }, received: [] },
    });
    upload.pause();
    upload.resume();
    await flushPromises();
    expect(announced.slice(1)).toEqual(["c.pdf: paused", "c.pdf: going on"]);
  });

  test("tells no quarter again that it told before a pause", async () => {
    const { upload, transport } = await begun();
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
    expect(announced.slice(1)).toEqual([
      "c.pdf: 25 percent sent",
      "c.pdf: paused",
      "c.pdf: going on",
      "c.pdf: 50 percent sent",
    ]);
  });
});
