import { describe, expect, test } from "vitest";
import { ConcurrencyLimiter } from "./concurrency-limiter";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import {
  apiResponse,
  COMPLETE_UPLOAD,
  CREATE_TICKET,
  completed,
  NO_RESPONSE,
  problemResponse,
} from "./testing/responses";
import { inspecting, issued, startSending, startUpload } from "./testing/single-part";

describe("completing an upload", () => {
  test("frees the upload slot during the check and queues for a resend", async () => {
    const limiter = new ConcurrencyLimiter(1);
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, inspecting, problemResponse(409, "not_uploaded"), completed);
    const first = await startSending({ limiter, transport });
    const second = startUpload({ limiter });
    transport.currentPut.respond(200);
    await flushPromises();
    expect(first.upload.state.name).toBe("checking");
    expect(second.upload.state.name).toBe("sending");
    await first.time.advance(1000);
    expect(first.upload.state).toMatchObject({ name: "queued", isRestart: true });
    second.transport.currentPut.respond(200);
    await flushPromises();
    expect(first.upload.state.name).toBe("sending");
  });

  test("repeats the completion request less often as the check lasts", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, { ...inspecting, retryAfter: 1 });
    const { upload, time } = await startSending({ transport });
    const countRequests = () => transport.requestLines().filter((line) => line === COMPLETE_UPLOAD).length;
    transport.currentPut.respond(200);
    await time.advance(8000);
    expect(countRequests(), "at once and every second").toBe(9);
    await time.advance(72_000);
    const before = countRequests();
    await time.advance(20_000);
    expect(countRequests() - before, "about every ten seconds").toBe(2);
    transport.on(COMPLETE_UPLOAD, completed);
    await time.advance(15_000);
    expect(upload.state.name).toBe("done");
    expect(new Set(transport.requestLines())).toEqual(new Set([CREATE_TICKET, COMPLETE_UPLOAD]));
  });

  test("repeats the completion request after a lost response", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, NO_RESPONSE, inspecting, completed);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.respond(200);
    await time.advance(1000);
    expect(upload.state.name).toBe("checking");
    await time.advance(1000);
    expect(upload.state.name).toBe("done");
  });

  test("waits for the server's Retry-After", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, { ...inspecting, retryAfter: 7 }, completed);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.respond(200);
    await time.advance(6999);
    expect(upload.state.name).toBe("checking");
    await time.advance(1);
    expect(upload.state.name).toBe("done");
  });

  test("fails with a message if the check takes over ten minutes", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, issued).on(COMPLETE_UPLOAD, inspecting);
    const { upload, time } = await startSending({ transport });
    transport.currentPut.respond(200);
    await time.advance(11 * 60_000);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "still_checking" } });
  });

  test("refuses a file with the server's message and without a retry", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, problemResponse(422, "unreadable_file", "The PDF is locked with a password."));
    const { upload } = await startSending({ transport });
    transport.currentPut.respond(200);
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

  test("sends the file again if the store does not have it", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, problemResponse(409, "not_uploaded"), completed);
    const { upload } = await startSending({ transport });
    transport.currentPut.respond(412);
    await flushPromises();
    expect(transport.puts).toHaveLength(2);
    transport.currentPut.respond(200);
    await flushPromises();
    expect(upload.state.name).toBe("done");
  });

  test("starts again with a new ticket if the first one expired", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued)
      .on(COMPLETE_UPLOAD, problemResponse(410, "gone"), completed);
    const { upload } = await startSending({ transport });
    transport.currentPut.respond(200);
    await flushPromises();
    transport.currentPut.respond(200);
    await flushPromises();
    expect(upload.state.name).toBe("done");
    const keys = transport.calls
      .filter(({ line }) => line === CREATE_TICKET)
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-3"]);
  });
});

describe("an expired ticket that the sweep job has not reached", () => {
  /** The response to a repeated request under its key: issued, without a URL. */
  const expired = apiResponse(201, { id: "u1", state: "issued" });

  test("is replaced by a new ticket", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, issued, expired, issued)
      .on(COMPLETE_UPLOAD, problemResponse(409, "not_uploaded"), completed);
    const { upload, stateNames } = await startSending({ transport });
    transport.currentPut.respond(403);
    await flushPromises();
    expect(transport.puts).toHaveLength(2);
    expect(stateNames, "the store received nothing").not.toContain("checking");
    const keys = transport.calls.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(keys).toEqual(["key-2", "key-2", "key-3"]);
    transport.currentPut.respond(200);
    await flushPromises();
    expect(upload.state.name).toBe("done");
  });

  test("is still completed if its bytes were received in time", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, expired).on(COMPLETE_UPLOAD, completed);
    const { upload } = startUpload({ transport });
    await flushPromises();
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("done");
  });
});
