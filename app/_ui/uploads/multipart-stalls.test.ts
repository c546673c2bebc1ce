import { describe, expect, test } from "vitest";
import type { ApiResponse } from "../call-api";
import { flushPromises } from "./testing/fake-time";
import type { FakeTransport } from "./testing/fake-transport";
import {
  expireSessionOnce,
  fakeServer,
  issuedResponse,
  LAYOUT,
  REQUEST_PARTS,
  respondToAllPutsButLast,
  respondToPuts,
  sentPartNumbers,
  signedPartsResponse,
  startSending,
  startUpload,
} from "./testing/multipart";
import {
  ABORT_UPLOAD,
  apiResponse,
  COMPLETE_UPLOAD,
  CREATE_TICKET,
  GET_UPLOAD,
  problemResponse,
} from "./testing/responses";
import { Upload } from "./upload";

describe("pausing a multipart upload", () => {
  test("aborts all PUTs, and resuming sends the missing parts", async () => {
    const { upload, transport, savedRecords } = await startSending();
    transport.puts[0]?.respond(200);
    await flushPromises();
    transport.puts[1]?.progress(60);
    upload.pause();
    await flushPromises();
    expect(upload.state).toEqual({ name: "paused", sent: 160 });
    expect(transport.puts.slice(1).every(({ isAborted }) => isAborted)).toBe(true);
    const calls = transport.calls.length;
    await flushPromises();
    expect(transport.calls).toHaveLength(calls);
    expect(transport.requestLines()).not.toContain(ABORT_UPLOAD);
    expect(savedRecords.has("u1")).toBe(true);

    transport.on(GET_UPLOAD, issuedResponse(1));
    const before = transport.puts.length;
    upload.resume();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([2, 3, 4, 5]);
    expect(upload.state).toMatchObject({ name: "sending", sent: 100 });
    await respondToPuts(transport, before);
    expect(upload.state.name).toBe("done");
  });

  test("ignores a late response", async () => {
    let respond = (_: ApiResponse) => {};
    const late = new Promise<ApiResponse>((resolve) => {
      respond = resolve;
    });
    const transport = fakeServer().on(REQUEST_PARTS, problemResponse(503, "unavailable"), late);
    const { upload, time } = await startSending(transport);
    await time.advance(1000);
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    upload.pause();
    respond(signedPartsResponse({ parts: [] }));
    await flushPromises();
    expect(upload.state).toEqual({ name: "paused", sent: 0 });
  });

  test("frees the slot for the next file", async () => {
    const { upload, context } = await startSending();
    const other = new Upload({ ...upload.request, file: new Blob(["x"]), name: "short.pdf" }, context);
    await flushPromises();
    expect(other.state.name).toBe("queued");
    upload.pause();
    await flushPromises();
    expect(other.state.name).not.toBe("queued");
  });

  test("allows a cancellation, which aborts the ticket and removes the record", async () => {
    const { upload, transport, savedRecords } = await startSending();
    upload.pause();
    await flushPromises();
    upload.cancel();
    await flushPromises();
    expect(upload.state.name).toBe("cancelled");
    expect(transport.requestLines().filter((line) => line === ABORT_UPLOAD)).toHaveLength(1);
    expect(savedRecords.size).toBe(0);
  });

  test("is not possible for a single PUT, which would start again", async () => {
    const singlePart = apiResponse(201, {
      id: "u1",
      state: "issued",
      upload: { url: "https://store/q", headers: {} },
    });
    const { upload } = await startSending(fakeServer().on(CREATE_TICKET, singlePart), { partSize: 5000 });
    upload.pause();
    expect(upload.state.name).toBe("sending");
  });
});

describe("a multipart upload that loses its connection", () => {
  test("waits while offline, reports it once, and resumes all parts", async () => {
    const { upload, transport, network, time } = await startSending();
    const stalls: unknown[] = [];
    upload.subscribe(() => stalls.push("stall" in upload.state ? upload.state.stall : undefined));
    network.isOnline = false;
    for (const { respond } of transport.puts) respond(0);
    await time.advance(3_600_000);
    expect(upload.state).toMatchObject({ name: "sending", stall: "offline" });
    expect(stalls.filter((stall) => stall === "offline")).toHaveLength(1);
    expect(transport.puts).toHaveLength(4);
    network.reconnect();
    await flushPromises();
    expect(upload.state).not.toMatchObject({ stall: "offline" });
    expect(sentPartNumbers(transport).slice(4)).toEqual([1, 2, 3, 4]);
    await respondToPuts(transport, 4);
    expect(upload.state.name).toBe("done");
  });

  test("reports a retry only while no part moves", async () => {
    const { upload, transport, time } = await startSending();
    for (const { respond } of transport.puts) respond(0);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    await time.advance(1000);
    expect(upload.state).toMatchObject({ stall: "retrying" });
    transport.currentPut.progress(1);
    expect(upload.state).not.toMatchObject({ stall: "retrying" });
  });

  test("fails at once after a sign-out, and a retry continues", async () => {
    const server = fakeServer().on(REQUEST_PARTS, expireSessionOnce());
    const { upload, transport } = await startSending(server);
    await respondToPuts(transport);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unauthenticated" } });
    transport.on(GET_UPLOAD, issuedResponse(1, 2, 3, 4));
    const before = transport.puts.length;
    upload.retry();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([5, 6, 7, 8]);
  });
});

describe("choosing the file again after a reload", () => {
  test("resumes the ticket and sends only the missing parts", async () => {
    const transport = fakeServer().on(GET_UPLOAD, issuedResponse(1, 2, 4, 5, 6, 7, 8, 9));
    const { upload } = await startSending(transport, { resumedUploadId: "u1" });
    expect(upload.state).toMatchObject({ sent: 800 });
    await respondToPuts(transport);
    expect(sentPartNumbers(transport)).toEqual([3, 10, 11]);
    expect(transport.requestLines()).not.toContain(CREATE_TICKET);
    expect(upload.state.name).toBe("done");
  });

  test("completes at once if all parts are received", async () => {
    const transport = fakeServer().on(GET_UPLOAD, issuedResponse(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    const { upload } = startUpload(transport, { resumedUploadId: "u1" });
    await flushPromises();
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("done");
  });

  test.each([
    ["unknown", problemResponse(404, "not_found")],
    ["aborted", apiResponse(200, { id: "u1", state: "aborted" })],
    ["expired", apiResponse(200, { id: "u1", state: "expired" })],
  ])("starts again with a new ticket if the old one is %s", async (_, response) => {
    const transport = fakeServer()
      .on(GET_UPLOAD, response)
      .on(CREATE_TICKET, apiResponse(201, { id: "u2", state: "issued", parts: LAYOUT }))
      .on("POST /api/uploads/u2/parts", signedPartsResponse);
    const { savedRecords } = await startSending(transport, { resumedUploadId: "u1" });
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
    expect([...savedRecords.keys()]).toEqual(["u2"]);
  });
});

describe("when another member signs in in another tab", () => {
  /** The server finds none of Ada's uploads, and issues no ticket for her. */
  function signInOtherMember(transport: FakeTransport): void {
    const notFound = problemResponse(404, "not_found");
    for (const line of [REQUEST_PARTS, GET_UPLOAD, COMPLETE_UPLOAD, ABORT_UPLOAD])
      transport.on(line, notFound);
    transport.on(CREATE_TICKET, problemResponse(409, "conflict"));
  }

  test("an upload requests tickets only for its owner and fails", async () => {
    const { upload, transport, savedRecords } = await startSending();
    signInOtherMember(transport);
    transport.puts[0]?.respond(403);
    await flushPromises();
    const requests = transport.calls.filter(({ line }) => line === CREATE_TICKET);
    expect(requests.map(({ body }) => body)).toEqual(
      Array(2).fill(expect.objectContaining({ owner: "ada" })),
    );
    expect(upload.state).toEqual({
      name: "failed",
      problem: { code: "conflict", detail: "about conflict" },
    });
    expect([...savedRecords.keys()], "the record stays").toEqual(["u1"]);
  });

  test("an upload keeps its received parts until its owner returns", async () => {
    const { upload, transport } = await startSending();
    signInOtherMember(transport);
    transport.puts[0]?.respond(403);
    await flushPromises();
    upload.retry();
    await flushPromises();
    expect(upload.state.name, "the other member is still signed in").toBe("failed");
    fakeServer(transport).on(GET_UPLOAD, issuedResponse(1, 2, 3, 4));
    const before = transport.puts.length;
    upload.retry();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([5, 6, 7, 8]);
  });

  test("an upload fails without showing the completion", async () => {
    const { upload, transport } = await startSending();
    await respondToAllPutsButLast(transport);
    signInOtherMember(transport);
    transport.currentPut.respond(200);
    await flushPromises();
    expect(transport.requestLines().slice(-2)).toEqual([COMPLETE_UPLOAD, CREATE_TICKET]);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "conflict" } });
  });
});
