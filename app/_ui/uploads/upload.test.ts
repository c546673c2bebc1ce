import { describe, expect, test } from "vitest";
import type { Answer } from "../call-api";
import { Lanes } from "./lanes";
import { FileChanged } from "./sha256";
import { COMPLETE, completed, GIVE_BACK, ok, problem, TICKET } from "./testing/answers";
import { settled } from "./testing/fake-time";
import { FakeTransport } from "./testing/fake-transport";
import { begin, HEADERS, inspecting, issued, sending } from "./testing/in-one-piece";
import { Upload } from "./upload";

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
