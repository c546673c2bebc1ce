import { describe, expect, test } from "vitest";
import type { ApiResponse } from "../call-api";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import { FileChangedError } from "./sha256";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import {
  ABORT_UPLOAD,
  apiResponse,
  COMPLETE_UPLOAD,
  CREATE_TICKET,
  completed,
  problemResponse,
} from "./testing/responses";
import { inspecting, issued, SIGNED_HEADERS, startSending, startUpload } from "./testing/single-part";
import { Upload } from "./upload";

describe("Upload", () => {
  test("hashes, announces, sends, checks and finishes a file", async () => {
    const { upload, transport, stateNames } = await startSending();
    expect(transport.currentPut.request).toEqual({ url: "https://store/q", headers: SIGNED_HEADERS });
    transport.currentPut.respond(200);
    await flushPromises();
    expect(stateNames).toEqual(["hashing", "ticket", "sending", "checking", "done"]);
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

  test("reports the sent bytes and the seconds left", async () => {
    const { upload, transport, time } = await startSending();
    await time.advance(1000);
    transport.currentPut.progress(250);
    expect(upload.state).toMatchObject({ name: "sending", sent: 250, secondsLeft: 3 });
  });

  test("continues with the check if the object exists (412)", async () => {
    const { upload, transport } = await startSending();
    transport.currentPut.respond(412);
    await flushPromises();
    expect(upload.state.name).toBe("done");
  });

  test("sends its crop with the completion", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, completed);
    const { context } = startUpload();
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
      { ...context, transport, acquireUploadSlot: async () => () => {} },
    );
    await flushPromises();
    transport.currentPut.respond(200);
    await flushPromises();
    expect(transport.calls.at(-1)).toMatchObject({ line: COMPLETE_UPLOAD, body: { crop } });
  });

  test("waits for a free upload slot", async () => {
    const limiter = new ConcurrencyLimiter(1);
    const first = await startSending({ limiter });
    const second = startUpload({ limiter });
    await flushPromises();
    expect(second.upload.state.name).toBe("queued");
    first.transport.currentPut.respond(200);
    await flushPromises();
    expect(second.upload.state.name).toBe("sending");
  });
});

describe("when another member signs in in another tab", () => {
  test("an upload gets no ticket until its owner returns", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, problemResponse(401, "unauthenticated"));
    const { upload } = startUpload({ transport, owner: "ada" });
    await flushPromises();
    transport.on(CREATE_TICKET, problemResponse(409, "conflict", "Another member is signed in."));
    upload.retry();
    await flushPromises();
    expect(upload.state).toMatchObject({
      name: "failed",
      problem: { detail: "Another member is signed in." },
    });
    transport.on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, problemResponse(404, "not_found"));
    upload.retry();
    await flushPromises();
    transport.on(CREATE_TICKET, problemResponse(409, "conflict"));
    transport.currentPut.respond(200);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "conflict" } });
    transport.on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, completed);
    upload.retry();
    await flushPromises();
    transport.currentPut.respond(412);
    await flushPromises();
    expect(upload.state.name).toBe("done");
    const requests = transport.calls.filter(({ line }) => line === CREATE_TICKET);
    expect(requests.every(({ body }) => (body as { owner: string }).owner === "ada")).toBe(true);
    const keys = requests.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-2", "key-2", "key-3", "key-2"]);
  });
});

describe("an upload that ends without a file", () => {
  test("shows the server's message if the server issues no ticket", async () => {
    const transport = new FakeTransport().on(
      CREATE_TICKET,
      problemResponse(409, "quota_exceeded", "Your storage is full."),
    );
    const { upload } = startUpload({ transport });
    await flushPromises();
    expect(upload.state).toEqual({
      name: "failed",
      problem: { code: "quota_exceeded", detail: "Your storage is full." },
    });
    expect(transport.puts).toHaveLength(0);
  });

  test("refuses a file that cannot be read", async () => {
    const { upload, transport } = startUpload({ sha256: () => Promise.reject(new FileChangedError()) });
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
    expect(transport.calls).toHaveLength(0);
  });

  test("stops at once and aborts the ticket when cancelled while sending", async () => {
    const { upload, transport } = await startSending();
    upload.cancel();
    expect(upload.state.name).toBe("cancelled");
    await flushPromises();
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
    transport.currentPut.progress(900);
    expect(upload.state.name).toBe("cancelled");
  });

  test("aborts a late ticket after a cancellation", async () => {
    let respond = (_: ApiResponse) => {};
    const late = new Promise<ApiResponse>((resolve) => {
      respond = resolve;
    });
    const transport = new FakeTransport().on(CREATE_TICKET, late).on(ABORT_UPLOAD, apiResponse(204, null));
    const { upload } = startUpload({ transport });
    await flushPromises();
    upload.cancel();
    respond(issued);
    await flushPromises();
    expect(transport.requestLines()).toEqual([CREATE_TICKET, ABORT_UPLOAD]);
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("cancelled");
  });

  test("cannot be cancelled while the server checks the file", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, inspecting, completed);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.respond(200);
    await flushPromises();
    upload.cancel();
    expect(upload.state.name).toBe("checking");
    await time.advance(1000);
    expect(upload.state.name).toBe("done");
  });

  test("gives up its place in the queue when cancelled", async () => {
    const limiter = new ConcurrencyLimiter(1);
    const first = await startSending({ limiter });
    const second = startUpload({ limiter });
    const third = startUpload({ limiter });
    await flushPromises();
    second.upload.cancel();
    first.upload.cancel();
    await flushPromises();
    expect(second.transport.calls).toHaveLength(0);
    expect(third.upload.state.name).toBe("sending");
  });
});
