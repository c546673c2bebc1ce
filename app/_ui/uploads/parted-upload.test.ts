import { describe, expect, test } from "vitest";
import type { Answer } from "../call-api";
import { FileChanged } from "./sha256";
import { settled } from "./testing/fake-time";
import { fakeTools } from "./testing/fake-tools";
import { FakeTransport } from "./testing/fake-transport";
import type { Tools } from "./tools";
import { Upload } from "./upload";
import type { UploadRequest } from "./upload-request";

const TICKET = "POST /api/uploads";
const ANNOUNCE = "POST /api/uploads/u1/parts";
const LOOK = "GET /api/uploads/u1";
const COMPLETE = "POST /api/uploads/u1/complete";
const GIVE_BACK = "DELETE /api/uploads/u1";

/** 1,050 bytes in parts of 100: ten whole ones and half of one. */
const FILE = new File([new Uint8Array(1050)], "contract.pdf", { lastModified: 1_790_000_000_000 });
const NO_ANSWER: Answer = { status: 0, body: null };
const CUT = { size: 100, count: 11 };
const issued = ok(201, { id: "u1", state: "issued", parts: CUT });
const completed = ok(200, { id: "u1", state: "completed", file: { id: "f1" } });
const RECORD = {
  id: "u1",
  owner: "ada",
  field: "contract",
  name: "contract.pdf",
  size: 1050,
  lastModified: 1_790_000_000_000,
};

function ok(status: number, body: unknown): Answer {
  return { status, body };
}

function problem(status: number, code: string): Answer {
  return {
    status,
    body: { type: `urn:dossier:${code}`, title: code, status, code, detail: `about ${code}` },
  };
}

type Announced = { parts: { number: number; size: number; sha256: string }[] };

/** The addresses that were asked for; each is another one. */
let signed = 0;
function addresses(body: unknown): Answer {
  const parts = (body as Announced).parts.map(({ number }) => {
    signed += 1;
    const url = `https://store/q?partNumber=${number}&signed=${signed}`;
    return { number, url, method: "PUT", headers: { "x-amz-checksum-sha256": "c2hh" } };
  });
  return ok(200, { parts });
}

/** The member's session ends before the fifth part is announced. */
function signedOutOnce(): (body: unknown) => Answer {
  let isOver = false;
  return (body) => {
    if (isOver || !(body as Announced).parts.some(({ number }) => number === 5)) return addresses(body);
    isOver = true;
    return problem(401, "unauthenticated");
  };
}

function looked(...received: number[]): Answer {
  const parts = received.map((number) => ({ number, size: number === 11 ? 50 : 100 }));
  return ok(200, { id: "u1", state: "issued", parts: CUT, received: parts });
}

function server(transport = new FakeTransport()): FakeTransport {
  return transport
    .on(TICKET, issued)
    .on(ANNOUNCE, addresses)
    .on(COMPLETE, completed)
    .on(GIVE_BACK, ok(204, null));
}

function begin(transport = server(), more: Partial<UploadRequest> & { sha256?: Tools["sha256"] } = {}) {
  const { sha256, ...request } = more;
  const fakes = fakeTools({ transport, ...(sha256 ? { sha256 } : {}) });
  const upload = new Upload(
    {
      field: "contract",
      file: FILE,
      name: "contract.pdf",
      type: "application/pdf",
      partSize: 100,
      owner: "ada",
      ...request,
    },
    fakes.tools,
  );
  return { upload, transport, ...fakes };
}

/** As far as the first parts being on their way. */
async function sending(...options: Parameters<typeof begin>) {
  const begun = begin(...options);
  await settled();
  expect(begun.upload.state.name).toBe("sending");
  return begun;
}

function numbers(transport: FakeTransport): number[] {
  return transport.puts.map(({ request }) => Number(new URL(request.url).searchParams.get("partNumber")));
}

function announcements(transport: FakeTransport): number[][] {
  return transport.calls
    .filter(({ line }) => line === ANNOUNCE)
    .map(({ body }) => (body as Announced).parts.map(({ number }) => number));
}

async function arriveAllButTheLast(transport: FakeTransport): Promise<void> {
  for (let index = 0; index < CUT.count - 1; index += 1) {
    transport.puts[index]?.answer(200);
    await settled();
  }
}

/** Every part that is asked for arrives, from the `from`-th PUT on. */
async function arrive(transport: FakeTransport, from = 0): Promise<void> {
  for (let index = from; index < transport.puts.length; index += 1) {
    transport.puts[index]?.answer(200);
    await settled();
  }
}

describe("a file above the size of a part", () => {
  test("is announced without a hash of the whole, and leaves part by part, four at a time", async () => {
    const { upload, transport } = await sending();
    expect(transport.calls[0]?.body).toEqual({
      field: "contract",
      name: "contract.pdf",
      type: "application/pdf",
      size: 1050,
      owner: "ada",
    });
    expect(numbers(transport)).toEqual([1, 2, 3, 4]);
    transport.puts[2]?.answer(200);
    await settled();
    expect(numbers(transport)).toEqual([1, 2, 3, 4, 5]);
    await arrive(transport);
    expect(numbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(transport.puts.map(({ size }) => size)).toEqual([...Array(10).fill(100), 50]);
    expect(upload.state).toEqual({ name: "done", fileId: "f1" });
  });

  test("has each part hashed and announced in small batches, the next one while the present one leaves", async () => {
    const { transport } = await sending();
    expect(announcements(transport).flat()).toEqual(Array.from({ length: 11 }, (_, index) => index + 1));
    expect(announcements(transport).at(-1)).toEqual([5, 6, 7, 8, 9, 10, 11]);
    const last = transport.calls.findLast(({ line }) => line === ANNOUNCE)?.body as Announced;
    expect(last.parts.at(-1)).toEqual({ number: 11, size: 50, sha256: "c2hh" });
  });

  test("goes out as soon as its first part is hashed; where the line waits, no part waits for the hashes of those after it", async () => {
    const hash: (() => void)[] = [];
    const sha256 = () => new Promise<string>((resolve) => hash.push(() => resolve("c2hh")));
    const { transport } = begin(server(), { sha256 });
    const hashed = async (parts: number) => {
      for (let index = 0; index < parts; index += 1) {
        await settled();
        hash.shift()?.();
        await settled();
      }
    };
    await hashed(1);
    expect(numbers(transport)).toEqual([1]);
    await hashed(4);
    expect(numbers(transport)).toEqual([1, 2, 3, 4]);
    await hashed(1);
    transport.puts[0]?.answer(200);
    await settled();
    expect(numbers(transport)).toEqual([1, 2, 3, 4, 5]);
    await hashed(3);
    expect(announcements(transport), "nobody needs those yet").toEqual([[1], [2], [3], [4], [5, 6]]);
    await hashed(2);
    expect(announcements(transport).at(-1)).toEqual([7, 8, 9, 10, 11]);
    await arrive(transport, 1);
    expect(numbers(transport)).toHaveLength(11);
  });

  test("is announced in one request at a time, so that the store is told once that it begins", async () => {
    let give = (_: Answer) => {};
    const late = new Promise<Answer>((resolve) => {
      give = resolve;
    });
    const { transport } = begin(server().on(ANNOUNCE, late, addresses));
    await settled();
    expect(announcements(transport)).toEqual([[1]]);
    give(addresses({ parts: [{ number: 1 }] }));
    await settled();
    expect(announcements(transport).slice(0, 2)).toEqual([[1], [2, 3, 4]]);
    expect(numbers(transport)).toEqual([1, 2, 3, 4]);
  });

  test("tells the bytes of all its parts together, and how long the rest will take", async () => {
    const { upload, transport, time } = await sending();
    await time.pass(1000);
    for (const { progress } of transport.puts) progress(50);
    expect(upload.state).toMatchObject({ name: "sending", sent: 200, secondsLeft: 4.25 });
    transport.puts[0]?.answer(200);
    await settled();
    expect(upload.state).toMatchObject({ sent: 250 });
  });

  test("is remembered by name and size while it is under way, and forgotten when it is in", async () => {
    const { transport, remembered } = await sending();
    expect([...remembered.values()]).toEqual([RECORD]);
    await arrive(transport);
    expect(remembered.size).toBe(0);
  });
});

describe("a part that does not get through", () => {
  test("is tried again by itself, after a pause, while the others go on", async () => {
    const { upload, transport, time } = await sending();
    transport.puts[1]?.answer(0);
    await settled();
    for (const index of [0, 2, 3]) transport.puts[index]?.answer(200);
    await settled();
    expect(numbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(upload.state, "nobody is told of one part").not.toMatchObject({ stall: "retrying" });
    await time.pass(1000);
    expect(numbers(transport)).toEqual([1, 2, 3, 4, 5, 6, 7, 2]);
    await arrive(transport, 4);
    expect(numbers(transport).filter((number) => number === 2)).toHaveLength(2);
    expect(numbers(transport)).toHaveLength(12);
    expect(upload.state.name).toBe("done");
  });

  test("after many tries ends the upload with what has arrived kept: the next try sends only what is missing", async () => {
    const { upload, transport, time, remembered } = await sending();
    transport.on(LOOK, looked(1, 3, 4));
    for (const index of [0, 2, 3]) transport.puts[index]?.answer(200);
    await settled();
    for (let tried = 0; tried < 6; tried += 1) {
      const second = transport.puts.findLast(({ request }) => request.url.includes("partNumber=2&"));
      second?.answer(503);
      await time.pass(15_000);
    }
    expect(upload.state.name).toBe("failed");
    expect(remembered.has("u1")).toBe(true);
    const before = transport.puts.length;
    expect(
      transport.puts.slice(4, 7).every(({ stopped }) => stopped),
      "nothing leaves any more",
    ).toBe(true);
    upload.retry();
    await settled();
    expect(numbers(transport).slice(before)).toEqual([2, 5, 6, 7]);
    await arrive(transport, before);
    expect(upload.state.name).toBe("done");
    expect(transport.lines().filter((line) => line === TICKET)).toHaveLength(1);
  });

  // 400 is what AWS answers where the line was slow, or the credentials that signed have run out.
  test.each([403, 400, 401])(
    "at an address that the store refuses (%i) gets another one, and the finished parts stay finished",
    async (status) => {
      const { upload, transport } = await sending();
      transport.puts[0]?.answer(200);
      transport.puts[1]?.answer(status);
      await settled();
      const urls = transport.puts.map(({ request }) => request.url);
      expect(announcements(transport).at(-1)).toEqual([2]);
      expect(numbers(transport).slice(4)).toEqual(expect.arrayContaining([2, 5]));
      expect(new Set(urls).size).toBe(urls.length);
      await arrive(transport, 2);
      expect(numbers(transport).filter((number) => number === 1)).toHaveLength(1);
      expect(upload.state.name).toBe("done");
    },
  );

  test("whose address has lain for ten minutes is not sent there at all", async () => {
    const { transport, time } = await sending();
    for (const minute of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) {
      // Slow, but alive.
      for (const { progress } of transport.puts) progress(2 * minute);
      await time.pass(30_000);
      for (const { progress } of transport.puts) progress(2 * minute + 1);
      await time.pass(30_000);
    }
    transport.puts[0]?.answer(200);
    await settled();
    expect(announcements(transport).at(-1)).toEqual([5]);
    expect(numbers(transport).at(-1)).toBe(5);
  });

  test("whose turn comes when its address has lain for ten minutes is not sent there either", async () => {
    const transport = server().on(TICKET, issued, ok(201, { id: "u2", state: "issued", parts: CUT }));
    const { upload, tools, time } = await sending(transport.on("POST /api/uploads/u2/parts", addresses));
    new Upload(upload.request, { ...tools, turn: async () => () => {} });
    await settled();
    expect(transport.puts, "the first file has all lanes").toHaveLength(4);
    const asked = () => transport.lines().filter((line) => line === "POST /api/uploads/u2/parts").length;
    const before = asked();
    for (const half of Array.from({ length: 22 }, (_, index) => index + 1)) {
      for (const { progress } of transport.puts) progress(half);
      await time.pass(30_000);
    }
    const newest = signed;
    transport.puts[0]?.answer(200);
    await settled();
    expect(asked()).toBe(before + 1);
    expect(transport.sending.request.url).toBe(`https://store/q?partNumber=1&signed=${newest + 1}`);
  });

  test.each([403, 400])("is not asked for for ever where every address is refused (%i)", async (status) => {
    const { upload, transport, remembered } = await sending();
    for (let refused = 0; refused < 4; refused += 1) {
      const first = transport.puts.findLast(({ request }) => request.url.includes("partNumber=1&"));
      first?.answer(status);
      await settled();
    }
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unavailable" } });
    expect(transport.lines(), "what has arrived stays").not.toContain(GIVE_BACK);
    expect(remembered.has("u1")).toBe(true);
  });

  test("that the store has already counts as sent", async () => {
    const { upload, transport } = await sending();
    transport.puts[0]?.answer(412);
    await settled();
    await arrive(transport, 1);
    expect(numbers(transport)).toHaveLength(11);
    expect(upload.state.name).toBe("done");
  });

  test("and is not what was announced is what our own answer alone can say: then nothing of it is kept", async () => {
    const { upload, transport, remembered } = await sending(
      server().on(COMPLETE, problem(422, "content_mismatch")),
    );
    await arrive(transport);
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "content_mismatch" } });
    expect(transport.lines().at(-1)).toBe(GIVE_BACK);
    expect(remembered.size).toBe(0);
  });
});

test("a file that cannot be read any more asks for another choice, and what has arrived waits for it", async () => {
  let hashed = 0;
  const sha256 = async () => {
    hashed += 1;
    if (hashed > 4) throw new FileChanged();
    return "c2hh";
  };
  const { upload, transport, remembered, held } = await sending(server(), { sha256 });
  transport.puts[0]?.answer(200);
  await settled();
  expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
  expect(transport.lines()).not.toContain(GIVE_BACK);
  expect([...remembered.values()]).toEqual([RECORD]);
  expect([...held], "whoever chooses it again goes on").toEqual([]);
});

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
