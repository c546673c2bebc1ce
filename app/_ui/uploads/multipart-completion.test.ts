import { describe, expect, test } from "vitest";
import { COMPLETE_UPLOAD, completed, ABORT_UPLOAD, GET_UPLOAD, NO_RESPONSE, apiResponse, problemResponse, CREATE_TICKET } from "./testing/responses";
import { flushPromises } from "./testing/fake-time";
import {
  REQUEST_PARTS,
  signedPartsResponse,
  answerPuts,
  answerAllPutsButLast,
  startUpload,
  LAYOUT,
  issued,
  issuedResponse,
  sentPartNumbers,
  startSending,
  fakeServer,
  expireSessionOnce,
} from "./testing/multipart";

describe("the completion of parts", () => {
  test("that finds one missing looks at what is there and sends only that", async () => {
    const transport = fakeServer()
      .on(COMPLETE_UPLOAD, problemResponse(409, "not_uploaded"), completed)
      .on(GET_UPLOAD, issuedResponse(1, 2, 3, 4, 5, 6, 8, 9, 10, 11));
    const { upload } = await startSending(transport);
    await answerPuts(transport);
    expect(sentPartNumbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 7]);
    expect(upload.state.name).toBe("done");
  });

  test.each([404, 409])(
    "somewhere else (the store answers %i) is looked at, and its end is the end",
    async (status) => {
      const transport = fakeServer().on(GET_UPLOAD, completed);
      const { upload } = await startSending(transport);
      transport.puts[0]?.answer(status);
      await flushPromises();
      expect(upload.state).toEqual({ name: "done", fileId: "f1" });
      expect(transport.puts.slice(1).every(({ isAborted: stopped }) => stopped)).toBe(true);
    },
  );

  test("is waited for where an announcement hears that it has begun", async () => {
    const transport = fakeServer()
      .on(REQUEST_PARTS, problemResponse(409, "conflict"))
      .on(GET_UPLOAD, apiResponse(200, { id: "u1", state: "inspecting" }));
    const { upload } = startUpload(transport);
    await flushPromises();
    expect(upload.state.name).toBe("done");
    expect(transport.requestLines()).toEqual([CREATE_TICKET, REQUEST_PARTS, GET_UPLOAD, COMPLETE_UPLOAD]);
  });

  test.each([
    ["swept", problemResponse(410, "gone")],
    ["not swept yet, which a look at it does not tell", problemResponse(409, "not_uploaded")],
  ])("of a ticket that has run out meanwhile (%s) is begun anew", async (_, completing) => {
    const transport = fakeServer()
      .on(REQUEST_PARTS, problemResponse(410, "gone"))
      .on(GET_UPLOAD, issuedResponse(1, 2))
      .on(COMPLETE_UPLOAD, completing)
      .on(CREATE_TICKET, issued, apiResponse(201, { id: "u2", state: "issued", parts: LAYOUT }))
      .on("POST /api/uploads/u2/parts", signedPartsResponse);
    const { upload, remembered } = startUpload(transport);
    await flushPromises();
    expect(upload.state.name).toBe("sending");
    expect([...remembered.keys()]).toEqual(["u2"]);
    const keys = transport.calls.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(new Set(keys).size).toBe(2);
  });
});

test("a ticket that runs out while the answer to the last part is lost is completed all the same", async () => {
  const { upload, transport, time } = await startSending();
  await answerAllPutsButLast(transport);
  transport.on(REQUEST_PARTS, problemResponse(410, "gone"));
  transport.currentPut.answer(0);
  await time.advance(1000);
  expect(upload.state).toEqual({ name: "done", fileId: "f1" });
  expect(transport.requestLines().filter((line) => line === CREATE_TICKET)).toHaveLength(1);
});

describe("a cancelled upload in parts", () => {
  test("stops at once, gives the ticket back, and is forgotten", async () => {
    const { upload, transport, remembered } = await startSending();
    upload.cancel();
    await flushPromises();
    expect(transport.puts.every(({ isAborted: stopped }) => stopped)).toBe(true);
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
    expect(remembered.size).toBe(0);
    expect(upload.state.name).toBe("cancelled");
  });

  test.each([
    ["no answer comes", NO_RESPONSE],
    ["the server is away", problemResponse(503, "unavailable")],
    ["somebody else is signed in by now", problemResponse(404, "not_found")],
    ["it is being checked", problemResponse(409, "conflict")],
  ])("that could not be given back, since %s, waits for its owner", async (_, answer) => {
    const { upload, remembered, held } = await startSending(fakeServer().on(ABORT_UPLOAD, answer));
    upload.cancel();
    await flushPromises();
    expect(upload.state.name).toBe("cancelled");
    expect([...remembered.keys()]).toEqual(["u1"]);
    expect([...held]).toEqual([]);
  });

  test("that had failed is given back as well", async () => {
    const { upload, transport, remembered } = await startSending(fakeServer().on(REQUEST_PARTS, expireSessionOnce()));
    await answerPuts(transport);
    expect(upload.state.name).toBe("failed");
    upload.cancel();
    await flushPromises();
    expect(remembered.size).toBe(0);
    expect(transport.requestLines().at(-1)).toBe(ABORT_UPLOAD);
  });
});
