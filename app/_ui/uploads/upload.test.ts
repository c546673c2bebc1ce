import { describe, expect, test } from "vitest";
import type { ApiResponse } from "../call-api";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import { FileChangedError } from "./sha256";
import { COMPLETE_UPLOAD, completed, ABORT_UPLOAD, apiResponse, problemResponse, CREATE_TICKET } from "./testing/responses";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { startUpload, SIGNED_HEADERS, inspecting, issued, startSending } from "./testing/single-part";
import { Upload } from "./upload";

describe("a file on its way", () => {
  test("is hashed, announced, sent with exactly the ticket's headers, checked, and done", async () => {
    const { upload, transport, seen } = await startSending();
    expect(transport.currentPut.request).toEqual({ url: "https://store/q", headers: SIGNED_HEADERS });
    transport.currentPut.answer(200);
    await flushPromises();
    expect(seen).toEqual(["hashing", "ticket", "sending", "checking", "done"]);
    expect(upload.state).toEqual({ name: "done", fileId: "f1" });
    expect(transport.calls[0]).toEqual({
      line: CREATE_TICKET,
      body: {
        field: "dbsCertificate",
        name: "certificate.pdf",
        type: "application/pdf",
        size: 1000,
        sha256: "c2hh",
        owner: "ada",
      },
      headers: { "idempotency-key": "key-2" },
    });
  });

  test("tells how much has left and how long the rest will take", async () => {
    const { upload, transport, time } = await startSending();
    await time.advance(1000);
    transport.currentPut.progress(250);
    expect(upload.state).toMatchObject({ name: "sending", sent: 250, secondsLeft: 3 });
  });

  test("goes on to the check where the store says that it is there already", async () => {
    const { upload, transport } = await startSending();
    transport.currentPut.answer(412);
    await flushPromises();
    expect(upload.state.name).toBe("done");
  });

  test("takes its crop along to the completion", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, completed);
    const { tools } = startUpload();
    const crop = { x: 0, y: 0.1, width: 0.5, height: 0.5 };
    new Upload(
      {
        field: "profilePicture",
        file: new Blob(["x"]),
        name: "me.jpg",
        type: "image/jpeg",
        partSize: 5000,
        owner: "ada",
        crop,
      },
      { ...tools, transport, acquireUploadSlot: async () => () => {} },
    );
    await flushPromises();
    transport.currentPut.answer(200);
    await flushPromises();
    expect(transport.calls.at(-1)).toMatchObject({ line: COMPLETE_UPLOAD, body: { crop } });
  });

  test("waits its turn", async () => {
    const lanes = new ConcurrencyLimiter(1);
    const first = await startSending({ limiter: lanes });
    const second = startUpload({ limiter: lanes });
    await flushPromises();
    expect(second.upload.state.name).toBe("queued");
    first.transport.currentPut.answer(200);
    await flushPromises();
    expect(second.upload.state.name).toBe("sending");
  });
});

describe("somebody else who signs in meanwhile, in another tab", () => {
  test("gets no ticket for it, and its owner goes on under the same key", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, problemResponse(401, "unauthenticated"));
    const { upload } = startUpload({ transport, owner: "ada" });
    await flushPromises();
    transport.on(CREATE_TICKET, problemResponse(409, "conflict", "Somebody else is signed in here by now."));
    upload.retry();
    await flushPromises();
    expect(upload.state).toMatchObject({
      name: "failed",
      problem: { detail: "Somebody else is signed in here by now." },
    });
    transport.on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, problemResponse(404, "not_found"));
    upload.retry();
    await flushPromises();
    transport.on(CREATE_TICKET, problemResponse(409, "conflict"));
    transport.currentPut.answer(200);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "conflict" } });
    transport.on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, completed);
    upload.retry();
    await flushPromises();
    transport.currentPut.answer(412);
    await flushPromises();
    expect(upload.state.name).toBe("done");
    const asked = transport.calls.filter(({ line }) => line === CREATE_TICKET);
    expect(asked.every(({ body }) => (body as { owner: string }).owner === "ada")).toBe(true);
    const keys = asked.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-2", "key-2", "key-3", "key-2"]);
  });
});

describe("an end without a file", () => {
  test("says what the server says where no ticket is given", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, problemResponse(409, "quota_exceeded", "Your storage is full."));
    const { upload } = startUpload({ transport });
    await flushPromises();
    expect(upload.state).toEqual({
      name: "failed",
      problem: { code: "quota_exceeded", detail: "Your storage is full." },
    });
    expect(transport.puts).toHaveLength(0);
  });

  test("asks for another choice where the file cannot be read", async () => {
    const { upload, transport } = startUpload({ sha256: () => Promise.reject(new FileChangedError()) });
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
    expect(transport.calls).toHaveLength(0);
  });

  test("cancelled while sending, stops at once and gives the ticket back", async () => {
    const { upload, transport } = await startSending();
    upload.cancel();
    expect(upload.state.name).toBe("cancelled");
    await flushPromises();
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
    transport.currentPut.progress(900);
    expect(upload.state.name).toBe("cancelled");
  });

  test("cancelled while the ticket is on its way, gives it back when it comes", async () => {
    let give = (_: ApiResponse) => {};
    const late = new Promise<ApiResponse>((resolve) => {
      give = resolve;
    });
    const transport = new FakeTransport().on(CREATE_TICKET, late).on(ABORT_UPLOAD, apiResponse(204, null));
    const { upload } = startUpload({ transport });
    await flushPromises();
    upload.cancel();
    give(issued);
    await flushPromises();
    expect(transport.requestLines()).toEqual([CREATE_TICKET, ABORT_UPLOAD]);
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("cancelled");
  });

  test("cannot be called back while the server is checking", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, inspecting, completed);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.answer(200);
    await flushPromises();
    upload.cancel();
    expect(upload.state.name).toBe("checking");
    await time.advance(1000);
    expect(upload.state.name).toBe("done");
  });

  test("cancelled while waiting its turn, lets the next one through", async () => {
    const lanes = new ConcurrencyLimiter(1);
    const first = await startSending({ limiter: lanes });
    const second = startUpload({ limiter: lanes });
    const third = startUpload({ limiter: lanes });
    await flushPromises();
    second.upload.cancel();
    first.upload.cancel();
    await flushPromises();
    expect(second.transport.calls).toHaveLength(0);
    expect(third.upload.state.name).toBe("sending");
  });
});
