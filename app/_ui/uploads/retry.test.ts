import { describe, expect, test } from "vitest";
import { COMPLETE_UPLOAD, completed, NO_RESPONSE, problemResponse, CREATE_TICKET } from "./testing/responses";
import { flushPromises } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { startUpload, issued, startSending } from "./testing/single-part";

describe("a bad line", () => {
  test("repeats a lost ticket under the same key, so that it stays one upload", async () => {
    const transport = new FakeTransport().on(CREATE_TICKET, NO_RESPONSE, issued).on(COMPLETE_UPLOAD, completed);
    const { time } = startUpload({ transport });
    await time.advance(1000);
    const tickets = transport.calls.filter(({ line }) => line === CREATE_TICKET);
    expect(tickets).toHaveLength(2);
    expect(tickets[1]).toEqual(tickets[0]);
    expect(transport.puts).toHaveLength(1);
  });

  // 408 is what local storage answers where no byte came for a while.
  test.each([0, 408, 503])(
    "sends again after a pause where the store did not answer (%i), and says so meanwhile",
    async (status) => {
      const { upload, transport, time } = await startSending();
      transport.currentPut.answer(status);
      await flushPromises();
      expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
      await time.advance(1000);
      expect(transport.puts).toHaveLength(2);
      expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
      transport.currentPut.progress(10);
      expect(upload.state).not.toHaveProperty("stall");
    },
  );

  test("is not tried again by everybody at the same moment: a pause is up to a quarter longer", async () => {
    const { transport, time, chance } = await startSending();
    chance.next = 0.5;
    transport.currentPut.answer(0);
    await time.advance(1124);
    expect(transport.puts).toHaveLength(1);
    await time.advance(1);
    expect(transport.puts).toHaveLength(2);
  });

  test("waits out being offline, however long and often, without using up its tries", async () => {
    const { upload, transport, time, net } = await startSending();
    for (let lost = 1; lost <= 8; lost += 1) {
      net.online = false;
      transport.currentPut.answer(0);
      await time.advance(3_600_000);
      expect(upload.state).toMatchObject({ name: "sending", stall: "offline" });
      expect(transport.puts).toHaveLength(lost);
      net.back();
      await flushPromises();
      expect(upload.state).toMatchObject({ name: "sending", stall: undefined });
    }
    transport.currentPut.answer(0);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
  });

  test("is noticed where it has died without a word, a while after the last byte left", async () => {
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

  test("is not taken for dead while the browser has no connection to spare: other tabs may have them all", async () => {
    const { transport, time } = await startSending();
    await time.advance(239_999);
    expect(transport.puts).toHaveLength(1);
    transport.currentPut.progress(10);
    await time.advance(44_999);
    expect(transport.puts).toHaveLength(1);
  });

  test("is taken for dead where nothing leaves for four minutes", async () => {
    const { transport, time } = await startSending();
    await time.advance(241_000);
    expect(transport.puts).toHaveLength(2);
  });

  test("gives up after some tries, and goes on from there when asked, without another ticket", async () => {
    const { upload, transport, time } = await startSending();
    for (let tried = 0; tried < 6; tried += 1) {
      transport.currentPut.answer(0);
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

  // 400 is what AWS answers where the line was slow, or the credentials that signed have run out.
  test.each([403, 400])(
    "asks for a fresh address where the store refuses the old one (%i)",
    async (status) => {
      const { upload, transport } = await startSending();
      transport.currentPut.answer(status);
      await flushPromises();
      expect(transport.puts).toHaveLength(2);
      expect(upload.state.name).toBe("sending");
    },
  );

  test("does not ask for ever where the store refuses every address, nor blame the file", async () => {
    const { upload, transport, time } = await startSending();
    for (let refused = 0; refused < 6; refused += 1) {
      transport.currentPut.answer(400);
      await time.advance(15_000);
    }
    expect(transport.puts).toHaveLength(6);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unavailable" } });
  });

  test("tells a file that has changed from a network that has failed", async () => {
    const file = new Blob([new Uint8Array(1000)]);
    file.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error("gone")) });
    const { upload, transport } = await startSending({ file });
    transport.currentPut.answer(0);
    await flushPromises();
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
  });

  test("heeds how long a busy server wants to be left alone", async () => {
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
