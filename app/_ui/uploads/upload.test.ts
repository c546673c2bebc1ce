import { describe, expect, test } from "vitest";
import type { Answer } from "../call-api";
import { Lanes } from "./lanes";
import { FileChanged } from "./sha256";
import { COMPLETE, completed, GIVE_BACK, NO_ANSWER, ok, problem, TICKET } from "./testing/answers";
import { settled } from "./testing/fake-time";
import { fakeTools } from "./testing/fake-tools";
import { FakeTransport } from "./testing/fake-transport";
import type { Tools } from "./tools";
import { Upload } from "./upload";

const HEADERS = { "content-type": "application/pdf", "if-none-match": "*", "x-amz-checksum-sha256": "c2hh" };
const issued = ok(201, {
  id: "u1",
  state: "issued",
  upload: { method: "PUT", url: "https://store/q", headers: HEADERS },
});
const inspecting = ok(202, { id: "u1", state: "inspecting" });

function begin({
  transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, completed).on(GIVE_BACK, ok(204, null)),
  sha256,
  file = new Blob([new Uint8Array(1000)]),
  lanes = new Lanes(1),
  owner = "ada",
}: {
  transport?: FakeTransport;
  sha256?: Tools["sha256"];
  file?: Blob;
  lanes?: Lanes;
  owner?: string;
} = {}) {
  const { tools, time, net, chance } = fakeTools({ transport, sha256, lanes });
  const request = {
    partSize: 5000,
    field: "dbsCertificate",
    file,
    name: "certificate.pdf",
    type: "application/pdf",
    owner,
  };
  const upload = new Upload(request, tools);
  const seen: string[] = [];
  upload.subscribe(() => {
    const { name } = upload.state;
    if (seen.at(-1) !== name) seen.push(name);
  });
  return { upload, transport, time, net, seen, tools, chance };
}

/** As far as the bytes being on their way. */
async function sending(options?: Parameters<typeof begin>[0]) {
  const begun = begin(options);
  await settled();
  expect(begun.upload.state.name).toBe("sending");
  return begun;
}

describe("a file on its way", () => {
  test("is hashed, announced, sent with exactly the ticket's headers, checked, and done", async () => {
    const { upload, transport, seen } = await sending();
    expect(transport.sending.request).toEqual({ url: "https://store/q", headers: HEADERS });
    transport.sending.answer(200);
    await settled();
    expect(seen).toEqual(["hashing", "ticket", "sending", "checking", "done"]);
    expect(upload.state).toEqual({ name: "done", fileId: "f1" });
    expect(transport.calls[0]).toEqual({
      line: TICKET,
      body: {
        field: "dbsCertificate",
        name: "certificate.pdf",
        type: "application/pdf",
        size: 1000,
        sha256: "c2hh",
        owner: "ada",
      },
      headers: { "idempotency-key": "key-2" },
    });
  });

  test("tells how much has left and how long the rest will take", async () => {
    const { upload, transport, time } = await sending();
    await time.pass(1000);
    transport.sending.progress(250);
    expect(upload.state).toMatchObject({ name: "sending", sent: 250, secondsLeft: 3 });
  });

  test("goes on to the check where the store says that it is there already", async () => {
    const { upload, transport } = await sending();
    transport.sending.answer(412);
    await settled();
    expect(upload.state.name).toBe("done");
  });

  test("takes its crop along to the completion", async () => {
    const transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, completed);
    const { tools } = begin();
    const crop = { x: 0, y: 0.1, width: 0.5, height: 0.5 };
    new Upload(
      {
        field: "profilePicture",
        file: new Blob(["x"]),
        name: "me.jpg",
        type: "image/jpeg",
        partSize: 5000,
        owner: "ada",
        crop,
      },
      { ...tools, transport, turn: async () => () => {} },
    );
    await settled();
    transport.sending.answer(200);
    await settled();
    expect(transport.calls.at(-1)).toMatchObject({ line: COMPLETE, body: { crop } });
  });

  test("waits its turn", async () => {
    const lanes = new Lanes(1);
    const first = await sending({ lanes });
    const second = begin({ lanes });
    await settled();
    expect(second.upload.state.name).toBe("queued");
    first.transport.sending.answer(200);
    await settled();
    expect(second.upload.state.name).toBe("sending");
  });
});

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

describe("a bad line", () => {
  test("repeats a lost ticket under the same key, so that it stays one upload", async () => {
    const transport = new FakeTransport().on(TICKET, NO_ANSWER, issued).on(COMPLETE, completed);
    const { time } = begin({ transport });
    await time.pass(1000);
    const tickets = transport.calls.filter(({ line }) => line === TICKET);
    expect(tickets).toHaveLength(2);
    expect(tickets[1]).toEqual(tickets[0]);
    expect(transport.puts).toHaveLength(1);
  });

  // 408 is what local storage answers where no byte came for a while.
  test.each([0, 408, 503])(
    "sends again after a pause where the store did not answer (%i), and says so meanwhile",
    async (status) => {
      const { upload, transport, time } = await sending();
      transport.sending.answer(status);
      await settled();
      expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
      await time.pass(1000);
      expect(transport.puts).toHaveLength(2);
      expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
      transport.sending.progress(10);
      expect(upload.state).not.toHaveProperty("stall");
    },
  );

  test("is not tried again by everybody at the same moment: a pause is up to a quarter longer", async () => {
    const { transport, time, chance } = await sending();
    chance.next = 0.5;
    transport.sending.answer(0);
    await time.pass(1124);
    expect(transport.puts).toHaveLength(1);
    await time.pass(1);
    expect(transport.puts).toHaveLength(2);
  });

  test("waits out being offline, however long and often, without using up its tries", async () => {
    const { upload, transport, time, net } = await sending();
    for (let lost = 1; lost <= 8; lost += 1) {
      net.online = false;
      transport.sending.answer(0);
      await time.pass(3_600_000);
      expect(upload.state).toMatchObject({ name: "sending", stall: "offline" });
      expect(transport.puts).toHaveLength(lost);
      net.back();
      await settled();
      expect(upload.state).toMatchObject({ name: "sending", stall: undefined });
    }
    transport.sending.answer(0);
    await settled();
    expect(upload.state).toMatchObject({ name: "sending", stall: "retrying" });
  });

  test("is noticed where it has died without a word, a while after the last byte left", async () => {
    const { transport, time } = await sending();
    await time.pass(40_000);
    transport.sending.progress(10);
    await time.pass(40_000);
    transport.sending.progress(20);
    await time.pass(49_999);
    expect(transport.puts).toHaveLength(1);
    await time.pass(1001);
    expect(transport.puts).toHaveLength(2);
  });

  test("is not taken for dead while the browser has no connection to spare: other tabs may have them all", async () => {
    const { transport, time } = await sending();
    await time.pass(239_999);
    expect(transport.puts).toHaveLength(1);
    transport.sending.progress(10);
    await time.pass(44_999);
    expect(transport.puts).toHaveLength(1);
  });

  test("is taken for dead where nothing leaves for four minutes", async () => {
    const { transport, time } = await sending();
    await time.pass(241_000);
    expect(transport.puts).toHaveLength(2);
  });

  test("gives up after some tries, and goes on from there when asked, without another ticket", async () => {
    const { upload, transport, time } = await sending();
    for (let tried = 0; tried < 6; tried += 1) {
      transport.sending.answer(0);
      await time.pass(15_000);
    }
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "offline" } });
    upload.retry();
    await settled();
    expect(upload.state.name).toBe("sending");
    const keys = transport.calls
      .filter(({ line }) => line === TICKET)
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-2"]);
  });

  // 400 is what AWS answers where the line was slow, or the credentials that signed have run out.
  test.each([403, 400])(
    "asks for a fresh address where the store refuses the old one (%i)",
    async (status) => {
      const { upload, transport } = await sending();
      transport.sending.answer(status);
      await settled();
      expect(transport.puts).toHaveLength(2);
      expect(upload.state.name).toBe("sending");
    },
  );

  test("does not ask for ever where the store refuses every address, nor blame the file", async () => {
    const { upload, transport, time } = await sending();
    for (let refused = 0; refused < 6; refused += 1) {
      transport.sending.answer(400);
      await time.pass(15_000);
    }
    expect(transport.puts).toHaveLength(6);
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "unavailable" } });
  });

  test("tells a file that has changed from a network that has failed", async () => {
    const file = new Blob([new Uint8Array(1000)]);
    file.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(new Error("gone")) });
    const { upload, transport } = await sending({ file });
    transport.sending.answer(0);
    await settled();
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
  });

  test("heeds how long a busy server wants to be left alone", async () => {
    const transport = new FakeTransport()
      .on(TICKET, { ...problem(503, "unavailable"), retryAfter: 5 }, issued)
      .on(COMPLETE, completed);
    const { upload, time } = begin({ transport });
    await time.pass(4999);
    expect(upload.state).toMatchObject({ name: "ticket", stall: "retrying" });
    await time.pass(1);
    expect(upload.state.name).toBe("sending");
  });
});

describe("somebody else who signs in meanwhile, in another tab", () => {
  test("gets no ticket for it, and its owner goes on under the same key", async () => {
    const transport = new FakeTransport().on(TICKET, problem(401, "unauthenticated"));
    const { upload } = begin({ transport, owner: "ada" });
    await settled();
    transport.on(TICKET, problem(409, "conflict", "Somebody else is signed in here by now."));
    upload.retry();
    await settled();
    expect(upload.state).toMatchObject({
      name: "failed",
      problem: { detail: "Somebody else is signed in here by now." },
    });
    transport.on(TICKET, issued).on(COMPLETE, problem(404, "not_found"));
    upload.retry();
    await settled();
    transport.on(TICKET, problem(409, "conflict"));
    transport.sending.answer(200);
    await settled();
    expect(upload.state).toMatchObject({ name: "failed", problem: { code: "conflict" } });
    transport.on(TICKET, issued).on(COMPLETE, completed);
    upload.retry();
    await settled();
    transport.sending.answer(412);
    await settled();
    expect(upload.state.name).toBe("done");
    const asked = transport.calls.filter(({ line }) => line === TICKET);
    expect(asked.every(({ body }) => (body as { owner: string }).owner === "ada")).toBe(true);
    const keys = asked.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toEqual(["key-2", "key-2", "key-2", "key-3", "key-2"]);
  });
});

describe("an end without a file", () => {
  test("says what the server says where no ticket is given", async () => {
    const transport = new FakeTransport().on(TICKET, problem(409, "quota_exceeded", "Your storage is full."));
    const { upload } = begin({ transport });
    await settled();
    expect(upload.state).toEqual({
      name: "failed",
      problem: { code: "quota_exceeded", detail: "Your storage is full." },
    });
    expect(transport.puts).toHaveLength(0);
  });

  test("asks for another choice where the file cannot be read", async () => {
    const { upload, transport } = begin({ sha256: () => Promise.reject(new FileChanged()) });
    await settled();
    expect(upload.state).toMatchObject({ name: "refused", problem: { code: "file_changed" } });
    expect(transport.calls).toHaveLength(0);
  });

  test("cancelled while sending, stops at once and gives the ticket back", async () => {
    const { upload, transport } = await sending();
    upload.cancel();
    expect(upload.state.name).toBe("cancelled");
    await settled();
    expect(transport.lines().at(-1)).toBe(GIVE_BACK);
    transport.sending.progress(900);
    expect(upload.state.name).toBe("cancelled");
  });

  test("cancelled while the ticket is on its way, gives it back when it comes", async () => {
    let give = (_: Answer) => {};
    const late = new Promise<Answer>((resolve) => {
      give = resolve;
    });
    const transport = new FakeTransport().on(TICKET, late).on(GIVE_BACK, ok(204, null));
    const { upload } = begin({ transport });
    await settled();
    upload.cancel();
    give(issued);
    await settled();
    expect(transport.lines()).toEqual([TICKET, GIVE_BACK]);
    expect(transport.puts).toHaveLength(0);
    expect(upload.state.name).toBe("cancelled");
  });

  test("cannot be called back while the server is checking", async () => {
    const transport = new FakeTransport().on(TICKET, issued).on(COMPLETE, inspecting, completed);
    const { upload, time } = await sending({ transport });
    transport.sending.answer(200);
    await settled();
    upload.cancel();
    expect(upload.state.name).toBe("checking");
    await time.pass(1000);
    expect(upload.state.name).toBe("done");
  });

  test("cancelled while waiting its turn, lets the next one through", async () => {
    const lanes = new Lanes(1);
    const first = await sending({ lanes });
    const second = begin({ lanes });
    const third = begin({ lanes });
    await settled();
    second.upload.cancel();
    first.upload.cancel();
    await settled();
    expect(second.transport.calls).toHaveLength(0);
    expect(third.upload.state.name).toBe("sending");
  });
});
