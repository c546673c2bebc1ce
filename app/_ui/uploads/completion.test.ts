import { describe, expect, test } from "vitest";
import { Lanes } from "./lanes";
import { COMPLETE, completed, NO_ANSWER, ok, problem, TICKET } from "./testing/answers";
import { settled } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { begin, inspecting, issued, sending } from "./testing/in-one-piece";

describe("the check", () => {
  test("keeps no other file waiting; where it finds nothing, the file waits its turn again", async () => {
    const lanes = new Lanes(1);
    const transport = new FakeTransport()
      .on(TICKET, issued)
      .on(COMPLETE, inspecting, problem(409, "not_uploaded"), completed);
    const first = await sending({ lanes, transport });
    const second = begin({ lanes });
    transport.sending.answer(200);
    await settled();
    expect(first.upload.state.name).toBe("checking");
    expect(second.upload.state.name).toBe("sending");
    await first.time.pass(1000);
    expect(first.upload.state).toMatchObject({ name: "queued", again: true });
    second.transport.sending.answer(200);
    await settled();
    expect(first.upload.state.name).toBe("sending");
  });

  test("is asked for again and again while it lasts, less and less, and by nothing but the completion", async () => {
    const transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, { ...inspecting, retryAfter: 1 });
    const { upload, time } = await sending({ transport });
    const asked = () => transport.lines().filter((line) => line === COMPLETE).length;
    transport.sending.answer(200);
    await time.pass(8000);
    expect(asked(), "every second, and at once").toBe(9);
    await time.pass(72_000);
    const before = asked();
    await time.pass(20_000);
    expect(asked() - before, "every ten seconds or so").toBe(2);
    transport.on(COMPLETE, completed);
    await time.pass(15_000);
    expect(upload.state.name).toBe("done");
    expect(new Set(transport.lines())).toEqual(new Set([TICKET, COMPLETE]));
  });

  test("goes on where the first one died on its way: whoever asks again takes it up", async () => {
    const transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, NO_ANSWER, inspecting, completed);
    const { upload, time } = await sending({ transport });
    transport.sending.answer(200);
    await time.pass(1000);
    expect(upload.state.name).toBe("checking");
    await time.pass(1000);
    expect(upload.state.name).toBe("done");
  });

  test("waits as long as the server asks", async () => {
    const transport = new FakeTransport()
      .on(TICKET, issued)
      .on(COMPLETE, { ...inspecting, retryAfter: 7 }, completed);
    const { upload, time } = await sending({ transport });
    transport.sending.answer(200);
    await time.pass(6999);
    expect(upload.state.name).toBe("checking");
    await time.pass(1);
    expect(upload.state.name).toBe("done");
  });

  test("ends after ten minutes with words, not with a spinner", async () => {
    const transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, inspecting);
    const { upload, time } = await sending({ transport });
    transport.sending.answer(200);
    await time.pass(11 * 60_000);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "still_checking" } });
  });

  test("refuses a file in the server's words, and offers no other try with it", async () => {
    const transport = new FakeTransport()
      .on(TICKET, issued)
      .on(COMPLETE, problem(422, "unreadable_file", "The PDF is locked with a password."));
    const { upload } = await sending({ transport });
    transport.sending.answer(200);
    await settled();
    const refused = {
      name: "refused",
      problem: { code: "unreadable_file", detail: "The PDF is locked with a password." },
    };
    expect(upload.state).toEqual(refused);
    upload.retry();
    await settled();
    expect(upload.state).toEqual(refused);
  });

  test("sends the file again where it is not there", async () => {
    const transport = new FakeTransport()
      .on(TICKET, issued)
      .on(COMPLETE, problem(409, "not_uploaded"), completed);
    const { upload } = await sending({ transport });
    transport.sending.answer(412);
    await settled();
    expect(transport.puts).toHaveLength(2);
    transport.sending.answer(200);
    await settled();
    expect(upload.state.name).toBe("done");
  });

  test("starts over with a ticket of its own where the first one ran out", async () => {
    const transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, problem(410, "gone"), completed);
    const { upload } = await sending({ transport });
    transport.sending.answer(200);
    await settled();
    transport.sending.answer(200);
    await settled();
    expect(upload.state.name).toBe("done");
    const keys = transport.calls
      .filter(({ line }) => line === TICKET)
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-3"]);
  });
});

describe("a ticket whose time is over, though nobody has swept it yet", () => {
  /** As a repeat under its key tells it: issued, with nowhere to send to. */
  const late = ok(201, { id: "u1", state: "issued" });

  test("is followed by another one", async () => {
    const transport = new FakeTransport()
      .on(TICKET, issued, late, issued)
      .on(COMPLETE, problem(409, "not_uploaded"), completed);
    const { upload, seen } = await sending({ transport });
    transport.sending.answer(403);
    await settled();
    expect(transport.puts).toHaveLength(2);
    expect(seen, "nothing has arrived").not.toContain("checking");
    const keys = transport.calls.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(keys).toEqual(["key-2", "key-2", "key-3"]);
    transport.sending.answer(200);
    await settled();
    expect(upload.state.name).toBe("done");
  });

  test("still has completed what arrived in time", async () => {
    const transport = new FakeTransport().on(TICKET, late).on(COMPLETE, completed);
    const { upload } = begin({ transport });
    await settled();
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("done");
  });
});
