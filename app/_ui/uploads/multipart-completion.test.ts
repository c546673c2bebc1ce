import { describe, expect, test } from "vitest";
import { flushPromises } from "./testing/fake-time";
import {
  expireSessionOnce,
  fakeServer,
  issued,
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
  completed,
  GET_UPLOAD,
  NO_RESPONSE,
  problemResponse,
} from "./testing/responses";

describe("completing a multipart upload", () => {
  test("sends only the missing part if the server reports one", async () => {
    const transport = fakeServer()
      .on(COMPLETE_UPLOAD, problemResponse(409, "not_uploaded"), completed)
      .on(GET_UPLOAD, issuedResponse(1, 2, 3, 4, 5, 6, 8, 9, 10, 11));
    const { upload } = await startSending(transport);
    await respondToPuts(transport);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 7]);
    expect(upload.state.name).toBe("done");
  });

  test.each([404, 409])(
    "ends if another page completed the upload (the store answers %i)",
    async (status) => {
      const transport = fakeServer().on(GET_UPLOAD, completed);
      const { upload } = await startSending(transport);
      transport.puts[0]?.respond(status);
      await flushPromises();
      expect(upload.state).toEqual({ name: "done", fileId: "f1" });
      expect(transport.puts.slice(1).every(({ isAborted }) => isAborted)).toBe(true);
    },
  );

  test("waits for a completion that another page started", async () => {
    const transport = fakeServer()
      .on(REQUEST_PARTS, problemResponse(409, "conflict"))
      .on(GET_UPLOAD, apiResponse(200, { id: "u1", state: "inspecting" }));
    const { upload } = startUpload(transport);
    await flushPromises();
    expect(upload.state.name).toBe("done");
    expect(transport.requestLines()).toEqual([CREATE_TICKET, REQUEST_PARTS, GET_UPLOAD, COMPLETE_UPLOAD]);
  });

  test.each([
    ["after the sweep", problemResponse(410, "gone")],
    ["before the sweep", problemResponse(409, "not_uploaded")],
  ])("starts again with a new ticket after an expiry (%s)", async (_, completion) => {
    const transport = fakeServer()
      .on(REQUEST_PARTS, problemResponse(410, "gone"))
      .on(GET_UPLOAD, issuedResponse(1, 2))
      .on(COMPLETE_UPLOAD, completion)
      .on(CREATE_TICKET, issued, apiResponse(201, { id: "u2", state: "issued", parts: LAYOUT }))
      .on("POST /api/uploads/u2/parts", signedPartsResponse);
    const { upload, savedRecords } = startUpload(transport);
    await flushPromises();
    expect(upload.state.name).toBe("sending");
    expect([...savedRecords.keys()]).toEqual(["u2"]);
    const keys = transport.calls.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(new Set(keys).size).toBe(2);
  });
});

test("an upload completes if its ticket expires during the last part", async () => {
  const { upload, transport, time } = await startSending();
  await respondToAllPutsButLast(transport);
  transport.on(REQUEST_PARTS, problemResponse(410, "gone"));
  transport.currentPut.respond(0);
  await time.advance(1000);
  expect(upload.state).toEqual({ name: "done", fileId: "f1" });
  expect(transport.requestLines().filter((line) => line === CREATE_TICKET)).toHaveLength(1);
});

describe("a cancelled multipart upload", () => {
  test("stops at once, aborts the ticket and removes the record", async () => {
    const { upload, transport, savedRecords } = await startSending();
    upload.cancel();
    await flushPromises();
    expect(transport.puts.every(({ isAborted }) => isAborted)).toBe(true);
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
    expect(savedRecords.size).toBe(0);
    expect(upload.state.name).toBe("cancelled");
  });

  test.each([
    ["no response comes", NO_RESPONSE],
    ["the server is unavailable", problemResponse(503, "unavailable")],
    ["another member is signed in", problemResponse(404, "not_found")],
    ["the server checks the file", problemResponse(409, "conflict")],
  ])("keeps an unlocked record if %s", async (_, response) => {
    const { upload, savedRecords, lockedIds } = await startSending(fakeServer().on(ABORT_UPLOAD, response));
    upload.cancel();
    await flushPromises();
    expect(upload.state.name).toBe("cancelled");
    expect([...savedRecords.keys()]).toEqual(["u1"]);
    expect([...lockedIds]).toEqual([]);
  });

  test("aborts the ticket after a failure too", async () => {
    const server = fakeServer().on(REQUEST_PARTS, expireSessionOnce());
    const { upload, transport, savedRecords } = await startSending(server);
    await respondToPuts(transport);
    expect(upload.state.name).toBe("failed");
    upload.cancel();
    await flushPromises();
    expect(savedRecords.size).toBe(0);
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
  });
});
