import { describe, expect, test } from "vitest";
import { problemOf } from "./call-api";

describe("problemOf", () => {
  test("returns the server's message and the errors of each entry", () => {
    const errors = [{ path: "handle", message: "is already in use" }];
    const body = { code: "invalid", detail: "Choose another address.", errors, title: "x" };
    expect(problemOf({ status: 422, body })).toEqual({
      code: "invalid",
      detail: "Choose another address.",
      errors,
    });
  });

  test("reports a missing response as offline", () => {
    expect(problemOf({ status: 0, body: null })).toMatchObject({ code: "offline" });
  });

  test("tells a member with an expired session to sign in again", () => {
    const body = { code: "unauthenticated", detail: "Sign in first." };
    expect(problemOf({ status: 401, body }).detail).toContain("Sign in again in another tab");
  });

  test.each([null, "<html>", { code: "toString", detail: "x" }, { code: "invalid" }])(
    "returns a general message for an unknown body: %j",
    (body) => {
      expect(problemOf({ status: 502, body }).code).toBe("internal");
    },
  );
});
