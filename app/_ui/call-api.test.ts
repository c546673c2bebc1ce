import { describe, expect, test } from "vitest";
import { problemOf } from "./call-api";

describe("what an answer says", () => {
  test("is the server's words, with what belongs to each entry", () => {
    const errors = [{ path: "handle", message: "is taken by somebody else" }];
    const body = { code: "invalid", detail: "Please choose another address.", errors, title: "x" };
    expect(problemOf({ status: 422, body })).toEqual({
      code: "invalid",
      detail: "Please choose another address.",
      errors,
    });
  });

  test("is no reproach where none came", () => {
    expect(problemOf({ status: 0, body: null })).toMatchObject({ code: "offline" });
  });

  test("is how to go on for somebody whose session has ended", () => {
    const body = { code: "unauthenticated", detail: "Please sign in first." };
    expect(problemOf({ status: 401, body }).detail).toContain("Sign in again in another tab");
  });

  test.each([null, "<html>", { code: "toString", detail: "x" }, { code: "invalid" }])(
    "is kind words of ours where it is none of our problems: %j",
    (body) => {
      expect(problemOf({ status: 502, body }).code).toBe("internal");
    },
  );
});
