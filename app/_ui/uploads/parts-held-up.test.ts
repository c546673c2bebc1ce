import { describe, expect, test } from "vitest";
import type { Answer } from "../call-api";
import { COMPLETE, GIVE_BACK, LOOK, ok, problem, TICKET } from "./testing/answers";
import { settled } from "./testing/fake-time";
import type { FakeTransport } from "./testing/fake-transport";
import {
  ANNOUNCE,
  addresses,
  arrive,
  arriveAllButTheLast,
  begin,
  CUT,
  looked,
  numbers,
  sending,
  server,
  signedOutOnce,
} from "./testing/in-parts";
import { Upload } from "./upload";

describe("somebody who pauses", () => {
  test("stops everything that leaves, and goes on with what is missing by then", async () => {
    const { upload, transport, remembered } = await sending();
    transport.puts[0]?.answer(200);
    await settled();
    transport.puts[1]?.progress(60);
    upload.pause();
    await settled();
    expect(upload.state).toEqual({ name: "paused", sent: 160 });
    expect(transport.puts.slice(1).every(({ stopped }) => stopped)).toBe(true);
    const calls = transport.calls.length;
    await settled();
    expect(transport.calls).toHaveLength(calls);
    expect(transport.lines()).not.toContain(GIVE_BACK);
    expect(remembered.has("u1")).toBe(true);

    transport.on(LOOK, looked(1));
    const before = transport.puts.length;
    upload.resume();
    await settled();
    expect(numbers(transport).slice(before)).toEqual([2, 3, 4, 5]);
    expect(upload.state).toMatchObject({ name: "sending", sent: 100 });
    await arrive(transport, before);
    expect(upload.state.name).toBe("done");
  });

  test("hears nothing of an answer that comes late", async () => {
    let give = (_: Answer) => {};
    const late = new Promise<Answer>((resolve) => {
      give = resolve;
    });
    const transport = server().on(ANNOUNCE, problem(503, "unavailable"), late);
    const { upload, time } = await sending(transport);
    await time.pass(1000);
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    upload.pause();
    give(addresses({ parts: [] }));
    await settled();
    expect(upload.state).toEqual({ name: "paused", sent: 0 });
  });

  test("lets the next file go meanwhile", async () => {
    const { upload, tools } = await sending();
    const other = new Upload({ ...upload.request, file: new Blob(["x"]), name: "short.pdf" }, tools);
    await settled();
    expect(other.state.name).toBe("queued");
    upload.pause();
    await settled();
    expect(other.state.name).not.toBe("queued");
  });

  test("may cancel instead: the ticket is given back, and nothing is remembered", async () => {
    const { upload, transport, remembered } = await sending();
    upload.pause();
    await settled();
    upload.cancel();
    await settled();
    expect(upload.state.name).toBe("cancelled");
    expect(transport.lines().filter((line) => line === GIVE_BACK)).toHaveLength(1);
    expect(remembered.size).toBe(0);
  });

  test("cannot pause a file that travels in one piece, which would begin anew", async () => {
    const whole = ok(201, { id: "u1", state: "issued", upload: { url: "https://store/q", headers: {} } });
    const { upload } = await sending(server().on(TICKET, whole), { partSize: 5000 });
    upload.pause();
    expect(upload.state.name).toBe("sending");
  });
});

describe("a connection that is gone", () => {
  test("is waited out by all parts together, told once, and used again when it is back", async () => {
    const { upload, transport, net, time } = await sending();
    const told: unknown[] = [];
    upload.subscribe(() => told.push("stall" in upload.state ? upload.state.stall : undefined));
    net.online = false;
    for (const { answer } of transport.puts) answer(0);
    await time.pass(3_600_000);
    expect(upload.state).toMatchObject({ name: "sending", stall: "offline" });
    expect(told.filter((stall) => stall === "offline")).toHaveLength(1);
    expect(transport.puts).toHaveLength(4);
    net.back();
    await settled();
    expect(upload.state).not.toMatchObject({ stall: "offline" });
    expect(numbers(transport).slice(4)).toEqual([1, 2, 3, 4]);
    await arrive(transport, 4);
    expect(upload.state.name).toBe("done");
  });

  test("is told as soon as no part moves any more, and no longer once one does", async () => {
    const { upload, transport, time } = await sending();
    for (const { answer } of transport.puts) answer(0);
    await settled();
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
    await time.pass(1000);
    expect(upload.state).toMatchObject({ stall: "retrying" });
    transport.sending.progress(1);
    expect(upload.state).not.toMatchObject({ stall: "retrying" });
  });

  test("does not keep a member waiting who is signed out: trying again goes on from there", async () => {
    const { upload, transport } = await sending(server().on(ANNOUNCE, signedOutOnce()));
    await arrive(transport);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unauthenticated" } });
    transport.on(LOOK, looked(1, 2, 3, 4));
    const before = transport.puts.length;
    upload.retry();
    await settled();
    expect(numbers(transport).slice(before)).toEqual([5, 6, 7, 8]);
  });
});

describe("a file that is chosen again after a reload", () => {
  test("goes on under its own ticket, and what has arrived is not sent again", async () => {
    const transport = server().on(LOOK, looked(1, 2, 4, 5, 6, 7, 8, 9));
    const { upload } = await sending(transport, { resumes: "u1" });
    expect(upload.state).toMatchObject({ sent: 800 });
    await arrive(transport);
    expect(numbers(transport)).toEqual([3, 10, 11]);
    expect(transport.lines()).not.toContain(TICKET);
    expect(upload.state.name).toBe("done");
  });

  test("is completed at once where all of it is there", async () => {
    const transport = server().on(LOOK, looked(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));
    const { upload } = begin(transport, { resumes: "u1" });
    await settled();
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("done");
  });

  test.each([
    ["unknown", problem(404, "not_found")],
    ["aborted", ok(200, { id: "u1", state: "aborted" })],
    ["expired", ok(200, { id: "u1", state: "expired" })],
  ])("begins anew under a ticket of its own where the old one is %s", async (_, answer) => {
    const transport = server()
      .on(LOOK, answer)
      .on(TICKET, ok(201, { id: "u2", state: "issued", parts: CUT }))
      .on("POST /api/uploads/u2/parts", addresses);
    const { remembered } = await sending(transport, { resumes: "u1" });
    expect(numbers(transport)).toEqual([1, 2, 3, 4]);
    expect([...remembered.keys()]).toEqual(["u2"]);
  });
});

describe("somebody else who signs in meanwhile, in another tab", () => {
  const another = problem(409, "conflict");

  /** What is Ada's is not found, and a ticket that is meant for her is not given. */
  function signsIn(transport: FakeTransport): void {
    const gone = problem(404, "not_found");
    transport.on(ANNOUNCE, gone).on(LOOK, gone).on(COMPLETE, gone).on(GIVE_BACK, gone).on(TICKET, another);
  }

  test("gets nothing of it: no ticket is asked for but one for its owner, who hears why it stops", async () => {
    const { upload, transport, remembered } = await sending();
    signsIn(transport);
    transport.puts[0]?.answer(403);
    await settled();
    const asked = transport.calls.filter(({ line }) => line === TICKET);
    expect(asked.map(({ body }) => body)).toEqual(Array(2).fill(expect.objectContaining({ owner: "ada" })));
    expect(upload.state).toEqual({
      name: "failed",
      problem: { code: "conflict", detail: "about conflict" },
    });
    expect([...remembered.keys()], "nor is it forgotten").toEqual(["u1"]);
  });

  test("takes nothing away: once its owner is back, trying again goes on from what has arrived", async () => {
    const { upload, transport } = await sending();
    signsIn(transport);
    transport.puts[0]?.answer(403);
    await settled();
    upload.retry();
    await settled();
    expect(upload.state.name, "still somebody else").toBe("failed");
    server(transport).on(LOOK, looked(1, 2, 3, 4));
    const before = transport.puts.length;
    upload.retry();
    await settled();
    expect(numbers(transport).slice(before)).toEqual([5, 6, 7, 8]);
  });

  test("does not hear of the completion either", async () => {
    const { upload, transport } = await sending();
    await arriveAllButTheLast(transport);
    signsIn(transport);
    transport.sending.answer(200);
    await settled();
    expect(transport.lines().slice(-2)).toEqual([COMPLETE, TICKET]);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "conflict" } });
  });
});
