import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Answer } from "../call-api";
import { discard, standingOf } from "./interrupted";

const { answers, forgotten } = vi.hoisted(() => ({
  answers: new Map<string, unknown>(),
  forgotten: [] as string[],
}));
vi.mock("../call-api", async (original) => ({
  ...(await original<typeof import("../call-api")>()),
  callApi: async (method: string, path: string) => answers.get(`${method} ${path}`),
}));
vi.mock("./unfinished", () => ({ browserRecords: { forget: (id: string) => forgotten.push(id) } }));

const record = { id: "u1", owner: "ada", field: "contract", name: "c.pdf", size: 150, lastModified: 5 };
const LOOK = "GET /api/uploads/u1";
const GIVE_BACK = "DELETE /api/uploads/u1";

beforeEach(() => {
  forgotten.length = 0;
});
afterEach(() => answers.clear());

function answered(line: string, status: number, body: unknown = null): void {
  answers.set(line, { status, body } satisfies Answer);
}

describe("an upload that a page left behind", () => {
  test("waits for its file, with what has arrived of it", async () => {
    const parts = { size: 100, count: 2 };
    answered(LOOK, 200, { id: "u1", state: "issued", parts, received: [{ number: 2, size: 50 }] });
    expect(await standingOf(record)).toEqual({ ...record, arrived: 50 });
  });

  test.each(["completed", "refused", "aborted", "expired"])("is forgotten once it is %s", async (state) => {
    answered(LOOK, 200, { id: "u1", state, file: { id: "f1" } });
    expect(await standingOf(record)).toBeNull();
    expect(forgotten).toEqual(["u1"]);
  });

  test.each([401, 404])(
    "is not shown to whoever may not see it (%i), and not forgotten either: somebody else may have signed in",
    async (status) => {
      answered(LOOK, status);
      expect(await standingOf(record)).toBeNull();
      expect(forgotten).toEqual([]);
    },
  );

  test("that is given back is forgotten", async () => {
    answered(GIVE_BACK, 204);
    expect(await discard(record)).toBeNull();
    expect(forgotten).toEqual(["u1"]);
  });

  test("that somebody else tries to give back stays, and they hear that it may not be theirs", async () => {
    answered(GIVE_BACK, 404);
    expect(await discard(record)).toContain("somebody else has signed in");
    expect(forgotten).toEqual([]);
  });
});
