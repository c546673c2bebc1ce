import { describe, expect, test } from "vitest";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import { COMPLETE_UPLOAD, completed, NO_RESPONSE, apiResponse, problemResponse, CREATE_TICKET } from "./testing/responses";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { startUpload, inspecting, issued, startSending } from "./testing/single-part";

describe("the check", () => {
  test("keeps no other file waiting; where it finds nothing, the file waits its turn again", async () => {
    const lanes = new ConcurrencyLimiter(1);
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, inspecting, problemResponse(409, "not_uploaded"), completed);
    const first = await startSending({ limiter: lanes, transport });
    const second = startUpload({ limiter: lanes });
    transport.currentPut.answer(200);
    await flushPromises();
    expect(first.upload.state.name).toBe("checking");
    expect(second.upload.state.name).toBe("sending");
    await first.time.advance(1000);
    expect(first.upload.state).toMatchObject({ name: "queued", isRestart: true });
    second.transport.currentPut.answer(200);
    await flushPromises();
    expect(first.upload.state.name).toBe("sending");
  });

  test("is asked for again and again while it lasts, less and less, and by nothing but the completion", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, { ...inspecting, retryAfter: 1 });
    const { upload, time } = await startSending({ transport });
    const asked = () => transport.requestLines().filter((line) => line === COMPLETE_UPLOAD).length;
    transport.currentPut.answer(200);
    await time.advance(8000);
    expect(asked(), "every second, and at once").toBe(9);
    await time.advance(72_000);
    const before = asked();
    await time.advance(20_000);
    expect(asked() - before, "every ten seconds or so").toBe(2);
    transport.on(COMPLETE_UPLOAD, completed);
    await time.advance(15_000);
    expect(upload.state.name).toBe("done");
    expect(new Set(transport.requestLines())).toEqual(new Set([CREATE_TICKET, COMPLETE_UPLOAD]));
  });

  test("goes on where the first one died on its way: whoever asks again takes it up", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, NO_RESPONSE, inspecting, completed);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.answer(200);
    await time.advance(1000);
    expect(upload.state.name).toBe("checking");
    await time.advance(1000);
    expect(upload.state.name).toBe("done");
  });

  test("waits as long as the server asks", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, { ...inspecting, retryAfter: 7 }, completed);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.answer(200);
    await time.advance(6999);
    expect(upload.state.name).toBe("checking");
    await time.advance(1);
    expect(upload.state.name).toBe("done");
  });

  test("ends after ten minutes with words, not with a spinner", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, inspecting);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.answer(200);
    await time.advance(11 * 60_000);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "still_checking" } });
  });

  test("refuses a file in the server's words, and offers no other try with it", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, problemResponse(422, "unreadable_file", "The PDF is locked with a password."));
    const { upload } = await startSending({ transport });
    transport.currentPut.answer(200);
    await flushPromises();
    const refused = {
      name: "refused",
      problem: { code: "unreadable_file", detail: "The PDF is locked with a password." },
    };
    expect(upload.state).toEqual(refused);
    upload.retry();
    await flushPromises();
    expect(upload.state).toEqual(refused);
  });

  test("sends the file again where it is not there", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, problemResponse(409, "not_uploaded"), completed);
    const { upload } = await startSending({ transport });
    transport.currentPut.answer(412);
    await flushPromises();
    expect(transport.puts).toHaveLength(2);
    transport.currentPut.answer(200);
    await flushPromises();
    expect(upload.state.name).toBe("done");
  });

  test("starts over with a ticket of its own where the first one ran out", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, problemResponse(410, "gone"), completed);
    const { upload } = await startSending({ transport });
    transport.currentPut.answer(200);
    await flushPromises();
    transport.currentPut.answer(200);
    await flushPromises();
    expect(upload.state.name).toBe("done");
    const keys = transport.calls
      .filter(({ line }) => line === CREATE_TICKET)
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-3"]);
  });
});

describe("a ticket whose time is over, though nobody has swept it yet", () => {
  /** As a repeat under its key tells it: issued, with nowhere to send to. */
  const late = apiResponse(201, { id: "u1", state: "issued" });

  test("is followed by another one", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued, late, issued)
      .on(COMPLETE_UPLOAD, problemResponse(409, "not_uploaded"), completed);
    const { upload, seen } = await startSending({ transport });
    transport.currentPut.answer(403);
    await flushPromises();
    expect(transport.puts).toHaveLength(2);
    expect(seen, "nothing has arrived").not.toContain("checking");
    const keys = transport.calls.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(keys).toEqual(["key-2", "key-2", "key-3"]);
    transport.currentPut.answer(200);
    await flushPromises();
    expect(upload.state.name).toBe("done");
  });

  test("still has completed what arrived in time", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, late).on(COMPLETE_UPLOAD, completed);
    const { upload } = startUpload({ transport });
    await flushPromises();
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("done");
  });
});
