import { describe, expect, test } from "vitest";
import type { ApiResponse } from "../call-api";
import { COMPLETE_UPLOAD, ABORT_UPLOAD, GET_UPLOAD, apiResponse, problemResponse, CREATE_TICKET } from "./testing/responses";
import { flushPromises } from "./testing/fake-time";
import type { FakeTransport } from "./testing/fake-transport";
import {
  REQUEST_PARTS,
  signedPartsResponse,
  answerPuts,
  answerAllPutsButLast,
  startUpload,
  LAYOUT,
  issuedResponse,
  sentPartNumbers,
  startSending,
  fakeServer,
  expireSessionOnce,
} from "./testing/multipart";
import { Upload } from "./upload";

describe("somebody who pauses", () => {
  test("stops everything that leaves, and goes on with what is missing by then", async () => {
    const { upload, transport, remembered } = await startSending();
    transport.puts[0]?.answer(200);
    await flushPromises();
    transport.puts[1]?.progress(60);
    upload.pause();
    await flushPromises();
    expect(upload.state).toEqual({ name: "paused", sent: 160 });
    expect(transport.puts.slice(1).every(({ isAborted: stopped }) => stopped)).toBe(true);
    const calls = transport.calls.length;
    await flushPromises();
    expect(transport.calls).toHaveLength(calls);
    expect(transport.requestLines()).not.toContain(ABORT_UPLOAD);
    expect(remembered.has("u1")).toBe(true);

    transport.on(GET_UPLOAD, issuedResponse(1));
    const before = transport.puts.length;
    upload.resume();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([2, 3, 4, 5]);
    expect(upload.state).toMatchObject({ name: "sending", sent: 100 });
    await answerPuts(transport, before);
    expect(upload.state.name).toBe("done");
  });

  test("hears nothing of an answer that comes late", async () => {
    let give = (_: ApiResponse) => {};
    const late = new Promise<ApiResponse>((resolve) => {
      give = resolve;
    });
    const transport = fakeServer().on(REQUEST_PARTS, problemResponse(503, "unavailable"), late);
    const { upload, time } = await startSending(transport);
    await time.advance(1000);
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    upload.pause();
    give(signedPartsResponse({ parts: [] }));
    await flushPromises();
    expect(upload.state).toEqual({ name: "paused", sent: 0 });
  });

  test("lets the next file go meanwhile", async () => {
    const { upload, tools } = await startSending();
    const other = new Upload({ ...upload.request, file: new Blob(["x"]), name: "short.pdf" }, tools);
    await flushPromises();
    expect(other.state.name).toBe("queued");
    upload.pause();
    await flushPromises();
    expect(other.state.name).not.toBe("queued");
  });

  test("may cancel instead: the ticket is given back, and nothing is remembered", async () => {
    const { upload, transport, remembered } = await startSending();
    upload.pause();
    await flushPromises();
    upload.cancel();
    await flushPromises();
    expect(upload.state.name).toBe("cancelled");
    expect(transport.requestLines().filter((line) => line === ABORT_UPLOAD)).toHaveLength(1);
    expect(remembered.size).toBe(0);
  });

  test("cannot pause a file that travels in one piece, which would begin anew", async () => {
    const whole = apiResponse(201, { id: "u1", state: "issued", upload: { url: "https://store/q", headers: {} } });
    const { upload } = await startSending(fakeServer().on(CREATE_TICKET, whole), { partSize: 5000 });
    upload.pause();
    expect(upload.state.name).toBe("sending");
  });
});

describe("a connection that is gone", () => {
  test("is waited out by all parts together, told once, and used again when it is back", async () => {
    const { upload, transport, net, time } = await startSending();
    const told: unknown[] = [];
    upload.subscribe(() => told.push("stall" in upload.state ? upload.state.stall : undefined));
    net.online = false;
    for (const { answer } of transport.puts) answer(0);
    await time.advance(3_600_000);
    expect(upload.state).toMatchObject({ name: "sending", stall: "offline" });
    expect(told.filter((stall) => stall === "offline")).toHaveLength(1);
    expect(transport.puts).toHaveLength(4);
    net.back();
    await flushPromises();
    expect(upload.state).not.toMatchObject({ stall: "offline" });
    expect(sentPartNumbers(transport).slice(4)).toEqual([1, 2, 3, 4]);
    await answerPuts(transport, 4);
    expect(upload.state.name).toBe("done");
  });

  test("is told as soon as no part moves any more, and no longer once one does", async () => {
    const { upload, transport, time } = await startSending();
    for (const { answer } of transport.puts) answer(0);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    await time.advance(1000);
    expect(upload.state).toMatchObject({ stall: "retrying" });
    transport.currentPut.progress(1);
    expect(upload.state).not.toMatchObject({ stall: "retrying" });
  });

  test("does not keep a member waiting who is signed out: trying again goes on from there", async () => {
    const { upload, transport } = await startSending(fakeServer().on(REQUEST_PARTS, expireSessionOnce()));
    await answerPuts(transport);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unauthenticated" } });
    transport.on(GET_UPLOAD, issuedResponse(1, 2, 3, 4));
    const before = transport.puts.length;
    upload.retry();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([5, 6, 7, 8]);
  });
});

describe("a file that is chosen again after a reload", () => {
  test("goes on under its own ticket, and what has arrived is not sent again", async () => {
    const transport = fakeServer().on(GET_UPLOAD, issuedResponse(1, 2, 4, 5, 6, 7, 8, 9));
    const { upload } = await startSending(transport, { resumedUploadId: "u1" });
    expect(upload.state).toMatchObject({ sent: 800 });
    await answerPuts(transport);
    expect(sentPartNumbers(transport)).toEqual([3, 10, 11]);
    expect(transport.requestLines()).not.toContain(CREATE_TICKET);
    expect(upload.state.name).toBe("done");
  });

  test("is completed at once where all of it is there", async () => {
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
  ])("begins anew under a ticket of its own where the old one is %s", async (_, answer) => {
    const transport = fakeServer()
      .on(GET_UPLOAD, answer)
      .on(CREATE_TICKET, apiResponse(201, { id: "u2", state: "issued", parts: LAYOUT }))
      .on("POST /api/uploads/u2/parts", signedPartsResponse);
    const { remembered } = await startSending(transport, { resumedUploadId: "u1" });
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4]);
    expect([...remembered.keys()]).toEqual(["u2"]);
  });
});

describe("somebody else who signs in meanwhile, in another tab", () => {
  const another = problemResponse(409, "conflict");

  /** What is Ada's is not found, and a ticket that is meant for her is not given. */
  function signsIn(transport: FakeTransport): void {
    const gone = problemResponse(404, "not_found");
    transport.on(REQUEST_PARTS, gone).on(GET_UPLOAD, gone).on(COMPLETE_UPLOAD, gone).on(ABORT_UPLOAD, gone).on(CREATE_TICKET, another);
  }

  test("gets nothing of it: no ticket is asked for but one for its owner, who hears why it stops", async () => {
    const { upload, transport, remembered } = await startSending();
    signsIn(transport);
    transport.puts[0]?.answer(403);
    await flushPromises();
    const asked = transport.calls.filter(({ line }) => line === CREATE_TICKET);
    expect(asked.map(({ body }) => body)).toEqual(Array(2).fill(expect.objectContaining({ owner: "ada" })));
    expect(upload.state).toEqual({
      name: "failed",
      problem: { code: "conflict", detail: "about conflict" },
    });
    expect([...remembered.keys()], "nor is it forgotten").toEqual(["u1"]);
  });

  test("takes nothing away: once its owner is back, trying again goes on from what has arrived", async () => {
    const { upload, transport } = await startSending();
    signsIn(transport);
    transport.puts[0]?.answer(403);
    await flushPromises();
    upload.retry();
    await flushPromises();
    expect(upload.state.name, "still somebody else").toBe("failed");
    fakeServer(transport).on(GET_UPLOAD, issuedResponse(1, 2, 3, 4));
    const before = transport.puts.length;
    upload.retry();
    await flushPromises();
    expect(sentPartNumbers(transport).slice(before)).toEqual([5, 6, 7, 8]);
  });

  test("does not hear of the completion either", async () => {
    const { upload, transport } = await startSending();
    await answerAllPutsButLast(transport);
    signsIn(transport);
    transport.currentPut.answer(200);
    await flushPromises();
    expect(transport.requestLines().slice(-2)).toEqual([COMPLETE_UPLOAD, CREATE_TICKET]);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "conflict" } });
  });
});
