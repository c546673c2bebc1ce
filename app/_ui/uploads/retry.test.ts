import { describe, expect, test } from "vitest";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { COMPLETE_UPLOAD, CREATE_TICKET, completed, NO_RESPONSE, problemResponse } from "./testing/responses";
import { issued, startSending, startUpload } from "./testing/single-part";

describe("an upload over a bad connection", () => {
  test("repeats a lost ticket request under the same key", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, NO_RESPONSE, issued)
      .on(COMPLETE_UPLOAD, completed);
    const { time } = startUpload({ transport });
    await time.advance(1000);
    const tickets = transport.calls.filter(({ line }) => line === CREATE_TICKET);
    expect(tickets).toHaveLength(2);
    expect(tickets[1]).toEqual(tickets[0]);
    expect(transport.puts).toHaveLength(1);
  });

  // The local storage driver answers 408 if no byte came for a while.
  test.each([0, 408, 503])("repeats the PUT after a delay and reports it (%i)", async (status) => {
    const { upload, transport, time } = await startSending();
    transport.currentPut.respond(status);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    await time.advance(1000);
    expect(transport.puts).toHaveLength(2);
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    transport.currentPut.progress(10);
    expect(upload.state).not.toHaveProperty("stall");
  });

  test("adds a random quarter to the delay", async () => {
    const { transport, time, randomness } = await startSending();
    randomness.next = 0.5;
    transport.currentPut.respond(0);
    await time.advance(1124);
    expect(transport.puts).toHaveLength(1);
    await time.advance(1);
    expect(transport.puts).toHaveLength(2);
  });

  test("waits while offline without using up its attempts", async () => {
    const { upload, transport, time, network } = await startSending();
    for (let lost = 1; lost <= 8; lost += 1) {
      network.isOnline = false;
      transport.currentPut.respond(0);
      await time.advance(3_600_000);
      expect(upload.state).toMatchObject({ name: "sending", stall: "offline" });
      expect(transport.puts).toHaveLength(lost);
      network.reconnect();
      await flushPromises();
      expect(upload.state).toMatchObject({ name: "sending", stall: undefined });
    }
    transport.currentPut.respond(0);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
  });

  test("repeats a PUT that stalls after its first bytes", async () => {
    const { transport, time } = await startSending();
    await time.advance(40_000);
    transport.currentPut.progress(10);
    await time.advance(40_000);
    transport.currentPut.progress(20);
    await time.advance(49_999);
    expect(transport.puts).toHaveLength(1);
    await time.advance(1001);
    expect(transport.puts).toHaveLength(2);
  });

  test("waits longer for the first byte: other tabs may use all connections", async () => {
    const { transport, time } = await startSending();
    await time.advance(239_999);
    expect(transport.puts).toHaveLength(1);
    transport.currentPut.progress(10);
    await time.advance(44_999);
    expect(transport.puts).toHaveLength(1);
  });

  test("repeats a PUT without a first byte after four minutes", async () => {
    const { transport, time } = await startSending();
    await time.advance(241_000);
    expect(transport.puts).toHaveLength(2);
  });

  test("fails after six attempts and can be retried with its ticket", async () => {
    const { upload, transport, time } = await startSending();
    for (let attempts = 0; attempts < 6; attempts += 1) {
      transport.currentPut.respond(0);
      await time.advance(15_000);
    }
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "offline" } });
    upload.retry();
    await flushPromises();
    expect(upload.state.name).toBe("sending");
    const keys = transport.calls
      .filter(({ line }) => line === CREATE_TICKET)
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-2"]);
  });

  // AWS answers 400 for a slow connection, or after the signing credentials have expired.
  test.each([403, 400])("requests a new URL if the store refuses the old one (%i)", async (status) => {
    const { upload, transport } = await startSending();
    transport.currentPut.respond(status);
    await flushPromises();
    expect(transport.puts).toHaveLength(2);
    expect(upload.state.name).toBe("sending");
  });

  test("fails without a refusal if the store refuses every URL", async () => {
    const { upload, transport, time } = await startSending();
    for (let refusals = 0; refusals < 6; refusals += 1) {
      transport.currentPut.respond(400);
      await time.advance(15_000);
    }
    expect(transport.puts).toHaveLength(6);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unavailable" } });
  });

  test("distinguishes a changed file from a network failure", async () => {
    const file = new Blob([new Uint8Array(1000)]);
    file.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error("gone")) });
    const { upload, transport } = await startSending({ file });
    transport.currentPut.respond(0);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
  });

  test("waits for the Retry-After of a busy server", async () => {
    const transport = new FakeTransport()
      .on(CREATE_TICKET, { ...problemResponse(503, "unavailable"), retryAfter: 5 }, issued)
      .on(COMPLETE_UPLOAD, completed);
    const { upload, time } = startUpload({ transport });
    await time.advance(4999);
    expect(upload.state).toMatchObject({ name: "ticket", stall: "retrying" });
    await time.advance(1);
    expect(upload.state.name).toBe("sending");
  });
});
