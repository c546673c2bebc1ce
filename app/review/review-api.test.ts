import { afterEach, describe, expect, test, vi } from "vitest";
import { sendDecision } from "./review-api";

afterEach(() => vi.unstubAllGlobals());

type Reply = { status: number; body: unknown } | "lost";

/** Answers the requests of a page in turn. Returns what it requested. */
function answerWith(...replies: Reply[]): string[] {
  const requests: string[] = [];
  vi.stubGlobal("fetch", async (path: string, { method }: { method: string }) => {
    requests.push(`${method} ${path}`);
    const reply = replies.shift();
    if (!reply || reply === "lost") throw new TypeError("The connection broke.");
    return new Response(JSON.stringify(reply.body), { status: reply.status });
  });
  return requests;
}

const DECISION = { fileId: "f1", viewerId: "ada", outcome: "approve" } as const;
const review = (outcome: string, by: string): Reply => ({
  status: 200,
  body: { file: { id: "f1" }, decisions: [{ outcome, by: { id: by, name: by } }] },
});
const UNAVAILABLE: Reply = { status: 503, body: { code: "unavailable", detail: "Try again." } };

describe("a decision without an answer", () => {
  test.each([["lost" as const], [UNAVAILABLE]])("is a success if the server has it", async (reply) => {
    const requests = answerWith(reply, review("approve", "ada"));
    expect(await sendDecision(DECISION, {})).toMatchObject({ body: { file: { id: "f1" } } });
    expect(requests).toEqual(["POST /api/reviews/f1/decision", "GET /api/reviews/f1"]);
  });

  test.each([
    ["another outcome", review("reject", "ada")],
    ["another reviewer's decision", review("approve", "bob")],
    ["an undo", review("undo", "ada")],
  ])("is a failure if the server has %s", async (_, state) => {
    answerWith("lost", state);
    expect(await sendDecision(DECISION, {})).toMatchObject({ problem: { code: "offline" } });
  });

  test("is unconfirmed if the document cannot be read", async () => {
    answerWith("lost", "lost");
    expect(await sendDecision(DECISION, {})).toMatchObject({ problem: { code: "unconfirmed" } });
  });

  test("is a success if it is an undo that the server has", async () => {
    const requests = answerWith("lost", review("undo", "ada"));
    expect(await sendDecision({ ...DECISION, outcome: "undo" })).toHaveProperty("body");
    expect(requests[0]).toBe("DELETE /api/reviews/f1/decision");
  });
});

test("a refused decision is not read again", async () => {
  const requests = answerWith({ status: 409, body: { code: "conflict", detail: "Decided already." } });
  expect(await sendDecision(DECISION, {})).toMatchObject({ problem: { code: "conflict" } });
  expect(requests).toHaveLength(1);
});
