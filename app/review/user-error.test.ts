import { describe, expect, test } from "vitest";
import { ERRORS, type ErrorCode, Problem } from "@/lib/errors";
import { type ReviewAction, userErrorOf } from "./user-error";

const ACTIONS: ReviewAction[] = ["claim", "extend", "release", "decide", "undo", "claimNext"];
const problem = (code: ErrorCode) => new Problem(code, "This is what happened.").toJSON();

describe("an error of a review action", () => {
  test("has plain text for every code and action", () => {
    for (const code of Object.keys(ERRORS) as ErrorCode[]) {
      for (const action of ACTIONS) {
        const { title, text } = userErrorOf(action, problem(code));
        expect(`${title} ${text}`).not.toMatch(/\d{3}|_|error/i);
        expect(text.length).toBeGreaterThan(10);
      }
    }
  });

  test("offers to sign in after the session has expired", () => {
    expect(userErrorOf("decide", problem("unauthenticated"))).toMatchObject({
      nextStep: "sign-in",
      text: expect.stringContaining("is saved"),
    });
  });

  test("offers to claim again after the claim was lost", () => {
    expect(userErrorOf("decide", problem("conflict")).nextStep).toBe("claim");
  });

  test("offers the next document if another reviewer has claimed this one", () => {
    expect(userErrorOf("claim", problem("conflict")).nextStep).toBe("next");
  });

  test("says that a decision without an answer is not certain", () => {
    const error = userErrorOf("decide", { code: "unconfirmed", detail: "No answer came." });
    expect(error).toMatchObject({ title: expect.stringContaining("not certain"), nextStep: "retry" });
  });

  test("tells a reviewer that another person is signed in", () => {
    const error = userErrorOf("decide", { code: "other_person", detail: "Another person is signed in now." });
    expect(error).toMatchObject({ title: "Another person is signed in", nextStep: "retry" });
  });

  test("offers to retry if the server is unavailable", () => {
    expect(userErrorOf("decide", problem("unavailable")).nextStep).toBe("retry");
    expect(userErrorOf("decide", { code: "offline", detail: "No connection." }).nextStep).toBe("retry");
  });
});
