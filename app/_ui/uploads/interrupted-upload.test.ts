import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { ApiResponse } from "../call-api";
import { checkInterruptedUpload, completeInterruptedUpload, discardUpload } from "./interrupted-upload";
import { FakeTransport } from "./testing/fake-transport";
import { fakeUploadContext } from "./testing/fake-upload-context";

const { responses, removedIds } = vi.hoisted(() => ({
  responses: new Map<string, unknown>(),
  removedIds: [] as string[],
}));
vi.mock("../call-api", async (original) => ({
  ...(await original<typeof import("../call-api")>()),
  callApi: async (method: string, path: string) => responses.get(`${method} ${path}`),
}));
vi.mock("./unfinished-uploads", () => ({
  browserUploadStore: { remove: (id: string) => removedIds.push(id) },
}));

const record = { id: "u1", owner: "ada", field: "contract", name: "c.pdf", size: 150, lastModified: 5 };
const GET_UPLOAD = "GET /api/uploads/u1";
const ABORT_UPLOAD = "DELETE /api/uploads/u1";
const COMPLETE = "POST /api/uploads/u1/complete";
const UNREADABLE = { code: "unreadable_file", detail: "The PDF is locked." };

beforeEach(() => {
  removedIds.length = 0;
});
afterEach(() => responses.clear());

function respondTo(line: string, status: number, body: unknown = null): void {
  responses.set(line, { status, body } satisfies ApiResponse);
}

describe("an interrupted upload", () => {
  test("waits for its file and knows the received bytes", async () => {
    const parts = { size: 100, count: 2 };
    respondTo(GET_UPLOAD, 200, { id: "u1", state: "issued", parts, received: [{ number: 2, size: 50 }] });
    expect(await checkInterruptedUpload(record)).toEqual({ ...record, status: "waiting", receivedBytes: 50 });
  });

  test("needs no file if all its bytes are received", async () => {
    const parts = { size: 100, count: 2 };
    const received = [1, 2].map((number) => ({ number, size: number === 1 ? 100 : 50 }));
    respondTo(GET_UPLOAD, 200, { id: "u1", state: "issued", parts, received });
    expect(await checkInterruptedUpload(record)).toEqual({ ...record, status: "received" });
    respondTo(GET_UPLOAD, 200, { id: "u1", state: "inspecting" });
    expect(await checkInterruptedUpload(record)).toEqual({ ...record, status: "received" });
  });

  test("keeps its record with the reason of a refusal", async () => {
    respondTo(GET_UPLOAD, 200, { id: "u1", state: "refused", problem: UNREADABLE });
    expect(await checkInterruptedUpload(record)).toMatchObject({
      status: "refused",
      problem: { detail: "The PDF is locked." },
    });
    expect(removedIds).toEqual([]);
  });

  test.each([
    ["completed", "completed"],
    ["aborted", null],
    ["expired", null],
  ])("loses its record when it is %s", async (state, result) => {
    respondTo(GET_UPLOAD, 200, { id: "u1", state, file: { id: "f1" } });
    expect(await checkInterruptedUpload(record)).toBe(result);
    expect(removedIds).toEqual(["u1"]);
  });

  test.each([401, 404])("keeps its record but is not shown to another member (%i)", async (status) => {
    respondTo(GET_UPLOAD, status);
    expect(await checkInterruptedUpload(record)).toBeNull();
    expect(removedIds).toEqual([]);
  });

  test.each([404, 409])("keeps its record if the server does not abort it (%i)", async (status) => {
    respondTo(ABORT_UPLOAD, status, { code: "conflict", detail: "The file is being checked." });
    expect(await discardUpload(record)).toMatch(status === 404 ? /Another person/ : /being checked/);
    expect(removedIds).toEqual([]);
  });

  test("loses its record when it is aborted", async () => {
    respondTo(ABORT_UPLOAD, 204);
    expect(await discardUpload(record)).toBeNull();
    expect(removedIds).toEqual(["u1"]);
  });
});

describe("an interrupted upload with all its bytes received", () => {
  const inspecting = { status: 202, body: { id: "u1", state: "inspecting" } };
  const completed = { status: 200, body: { id: "u1", state: "completed", file: { id: "f1" } } };
  const complete = (...replies: ApiResponse[]) => {
    const fakes = fakeUploadContext({ transport: new FakeTransport().on(COMPLETE, ...replies) });
    return { ...fakes, result: completeInterruptedUpload(fakes.context, "u1", new AbortController().signal) };
  };

  test("is completed after the check and loses its record", async () => {
    const { result, time } = complete(inspecting, inspecting, completed);
    await time.advance(3000);
    expect(await result).toBe("completed");
    expect(removedIds).toEqual(["u1"]);
  });

  test.each([
    ["is refused", { status: 422, body: UNREADABLE }, null],
    ["was refused before", { status: 200, body: { id: "u1", state: "refused", problem: UNREADABLE } }, null],
    ["belongs to another member", { status: 404, body: { code: "not_found", detail: "" } }, null],
    ["has expired", { status: 410, body: { code: "gone", detail: "" } }, null],
    ["lacks bytes", { status: 409, body: { code: "not_uploaded", detail: "" } }, "was not uploaded"],
    [
      "belongs to a member who is signed out",
      { status: 401, body: { code: "unauthenticated", detail: "" } },
      "session has expired",
    ],
  ])("keeps its record if it %s", async (_, response, text) => {
    const result = await complete(response).result;
    if (text === null) expect(result).toBe("stale");
    else expect(result).toMatchObject({ detail: expect.stringContaining(text) });
    expect(removedIds).toEqual([]);
  });
});
