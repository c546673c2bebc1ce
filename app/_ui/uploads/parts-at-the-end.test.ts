import { describe, expect, test } from "vitest";
import { COMPLETE, completed, GIVE_BACK, LOOK, NO_ANSWER, ok, problem, TICKET } from "./testing/answers";
import { settled } from "./testing/fake-time";
import {
  ANNOUNCE,
  addresses,
  arrive,
  arriveAllButTheLast,
  begin,
  CUT,
  issued,
  looked,
  numbers,
  sending,
  server,
  signedOutOnce,
} from "./testing/in-parts";

describe("the completion of parts", () => {
  test("that finds one missing looks at what is there and sends only that", async () => {
    const transport = server()
      .on(COMPLETE, problem(409, "not_uploaded"), completed)
      .on(LOOK, looked(1, 2, 3, 4, 5, 6, 8, 9, 10, 11));
    const { upload } = await sending(transport);
    await arrive(transport);
    expect(numbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 7]);
    expect(upload.state.name).toBe("done");
  });

  test.each([404, 409])(
    "somewhere else (the store answers %i) is looked at, and its end is the end",
    async (status) => {
      const transport = server().on(LOOK, completed);
      const { upload } = await sending(transport);
      transport.puts[0]?.answer(status);
      await settled();
      expect(upload.state).toEqual({ name: "done", fileId: "f1" });
      expect(transport.puts.slice(1).every(({ stopped }) => stopped)).toBe(true);
    },
  );

  test("is waited for where an announcement hears that it has begun", async () => {
    const transport = server()
      .on(ANNOUNCE, problem(409, "conflict"))
      .on(LOOK, ok(200, { id: "u1", state: "inspecting" }));
    const { upload } = begin(transport);
    await settled();
    expect(upload.state.name).toBe("done");
    expect(transport.lines()).toEqual([TICKET, ANNOUNCE, LOOK, COMPLETE]);
  });

  test.each([
    ["swept", problem(410, "gone")],
    ["not swept yet, which a look at it does not tell", problem(409, "not_uploaded")],
  ])("of a ticket that has run out meanwhile (%s) is begun anew", async (_, completing) => {
    const transport = server()
      .on(ANNOUNCE, problem(410, "gone"))
      .on(LOOK, looked(1, 2))
      .on(COMPLETE, completing)
      .on(TICKET, issued, ok(201, { id: "u2", state: "issued", parts: CUT }))
      .on("POST /api/uploads/u2/parts", addresses);
    const { upload, remembered } = begin(transport);
    await settled();
    expect(upload.state.name).toBe("sending");
    expect([...remembered.keys()]).toEqual(["u2"]);
    const keys = transport.calls.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(new Set(keys).size).toBe(2);
  });
});

test("a ticket that runs out while the answer to the last part is lost is completed all the same", async () => {
  const { upload, transport, time } = await sending();
  await arriveAllButTheLast(transport);
  transport.on(ANNOUNCE, problem(410, "gone"));
  transport.sending.answer(0);
  await time.pass(1000);
  expect(upload.state).toEqual({ name: "done", fileId: "f1" });
  expect(transport.lines().filter((line) => line === TICKET)).toHaveLength(1);
});

describe("a cancelled upload in parts", () => {
  test("stops at once, gives the ticket back, and is forgotten", async () => {
    const { upload, transport, remembered } = await sending();
    upload.cancel();
    await settled();
    expect(transport.puts.every(({ stopped }) => stopped)).toBe(true);
    expect(transport.lines().at(-1)).toBe(GIVE_BACK);
    expect(remembered.size).toBe(0);
    expect(upload.state.name).toBe("cancelled");
  });

  test.each([
    ["no answer comes", NO_ANSWER],
    ["the server is away", problem(503, "unavailable")],
    ["somebody else is signed in by now", problem(404, "not_found")],
    ["it is being checked", problem(409, "conflict")],
  ])("that could not be given back, since %s, waits for its owner", async (_, answer) => {
    const { upload, remembered, held } = await sending(server().on(GIVE_BACK, answer));
    upload.cancel();
    await settled();
    expect(upload.state.name).toBe("cancelled");
    expect([...remembered.keys()]).toEqual(["u1"]);
    expect([...held]).toEqual([]);
  });

  test("that had failed is given back as well", async () => {
    const { upload, transport, remembered } = await sending(server().on(ANNOUNCE, signedOutOnce()));
    await arrive(transport);
    expect(upload.state.name).toBe("failed");
    upload.cancel();
    await settled();
    expect(remembered.size).toBe(0);
    expect(transport.lines().at(-1)).toBe(GIVE_BACK);
  });
});
