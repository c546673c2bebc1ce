import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiResponse } from "../call-api";
import { discardUpload, completeInterruptedUpload, checkInterruptedUpload } from "./interrupted-upload";
import { fakeUploadContext } from "./testing/fake-upload-context";
import { FakeTransport } from "./testing/fake-transport";

const { answers, forgotten } = vi.hoisted(() => ({
  answers: new Map<string, unknown>(),
  forgotten: [] as string[],
}));
vi.mock("../call-api", async (original) => ({
  ...(await original<typeof import("../call-api")>()),
  callApi: async (method: string, path: string) => answers.get(`${method} ${path}`),
}));
vi.mock("./unfinished-uploads", () => ({
  browserUploadStore: { remove: (id: string) => forgotten.push(id) },
}));

const record = { id: "u1", owner: "ada", field: "contract", name: "c.pdf", size: 150, lastModified: 5 };
const LOOK = "GET /api/uploads/u1";
const GIVE_BACK = "DELETE /api/uploads/u1";
const COMPLETE = "POST /api/uploads/u1/complete";
const UNREADABLE = { code: "unreadable_file", detail: "The PDF is locked." };

beforeEach(() => {
  forgotten.length = 0;
});
afterEach(() => answers.clear());

function answered(line: string, status: number, body: unknown = null): void {
  answers.set(line, { status, body } satisfies ApiResponse);
}

describe("an upload that a page left behind", () => {
  test("waits for its file, with what has arrived of it", async () => {
    const parts = { size: 100, count: 2 };
    answered(LOOK, 200, { id: "u1", state: "issued", parts, received: [{ number: 2, size: 50 }] });
    expect(await checkInterruptedUpload(record)).toEqual({ ...record, status: "waiting", receivedBytes: 50 });
  });

  test("needs no file where all of it is there, checked or not", async () => {
    const parts = { size: 100, count: 2 };
    const received = [1, 2].map((number) => ({ number, size: number === 1 ? 100 : 50 }));
    answered(LOOK, 200, { id: "u1", state: "issued", parts, received });
    expect(await checkInterruptedUpload(record)).toEqual({ ...record, status: "arrived" });
    answered(LOOK, 200, { id: "u1", state: "inspecting" });
    expect(await checkInterruptedUpload(record)).toEqual({ ...record, status: "arrived" });
  });

  test("tells its owner why it was refused, until they have seen it", async () => {
    answered(LOOK, 200, { id: "u1", state: "refused", problem: UNREADABLE });
    expect(await checkInterruptedUpload(record)).toMatchObject({
      status: "refused",
      problem: { detail: "The PDF is locked." },
    });
    expect(forgotten).toEqual([]);
  });

  test.each([
    ["completed", "in"],
    ["aborted", null],
    ["expired", null],
  ])("is forgotten once it is %s", async (state, standing) => {
    answered(LOOK, 200, { id: "u1", state, file: { id: "f1" } });
    expect(await checkInterruptedUpload(record)).toBe(standing);
    expect(forgotten).toEqual(["u1"]);
  });

  test.each([401, 404])(
    "is not shown to whoever may not see it (%i), and not forgotten either: somebody else may have signed in",
    async (status) => {
      answered(LOOK, status);
      expect(await checkInterruptedUpload(record)).toBeNull();
      expect(forgotten).toEqual([]);
    },
  );

  test.each([404, 409])(
    "that cannot be given back (%i) stays: somebody else may have signed in, or it is being checked",
    async (status) => {
      answered(GIVE_BACK, status, { code: "conflict", detail: "The file is being checked right now." });
      expect(await discardUpload(record)).toMatch(status === 404 ? /somebody else has signed in/ : /being checked/);
      expect(forgotten).toEqual([]);
    },
  );

  test("that is given back is forgotten", async () => {
    answered(GIVE_BACK, 204);
    expect(await discardUpload(record)).toBeNull();
    expect(forgotten).toEqual(["u1"]);
  });
});

describe("an upload of which all had arrived when its page was left", () => {
  const inspecting = { status: 202, body: { id: "u1", state: "inspecting" } };
  const completed = { status: 200, body: { id: "u1", state: "completed", file: { id: "f1" } } };
  const finished = (...replies: ApiResponse[]) => {
    const fakes = fakeUploadContext({ transport: new FakeTransport().on(COMPLETE, ...replies) });
    return { ...fakes, end: completeInterruptedUpload(fakes.tools, "u1", new AbortController().signal) };
  };

  test("is completed, however often that has to be asked for, and forgotten", async () => {
    const { end, time } = finished(inspecting, inspecting, completed);
    await time.advance(3000);
    expect(await end).toBe("in");
    expect(forgotten).toEqual(["u1"]);
  });

  test.each([
    ["is refused", { status: 422, body: UNREADABLE }, null],
    ["was refused before", { status: 200, body: { id: "u1", state: "refused", problem: UNREADABLE } }, null],
    [
      "cannot be seen by whoever is signed in",
      { status: 404, body: { code: "not_found", detail: "" } },
      null,
    ],
    ["is over", { status: 410, body: { code: "gone", detail: "" } }, null],
    ["lacks something after all", { status: 409, body: { code: "not_uploaded", detail: "" } }, "get through"],
    [
      "belongs to somebody who is signed out",
      { status: 401, body: { code: "unauthenticated", detail: "" } },
      "signed out",
    ],
  ])("that %s is not forgotten for that", async (_, answer, words) => {
    const end = await finished(answer).end;
    if (words === null) expect(end).toBe("moved");
    else expect(end).toMatchObject({ detail: expect.stringContaining(words) });
    expect(forgotten).toEqual([]);
  });
});
