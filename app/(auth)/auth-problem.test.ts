import { describe, expect, it } from "vitest";
import { authErrorOf, validateCredentials } from "./auth-problem";

describe("what the server refused", () => {
  it("is said beside the control that it concerns", () => {
    expect(authErrorOf({ status: 401, code: "INVALID_EMAIL_OR_PASSWORD" }).path).toBe("password");
    expect(authErrorOf({ status: 422, code: "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL" })).toMatchObject({
      path: "email",
      message: expect.stringContaining("Sign in instead"),
    });
  });

  it("says how long to wait after too many tries", () => {
    expect(authErrorOf({ status: 429, retryAfter: 90 }).message).toContain("in 2 min");
    expect(authErrorOf({ status: 429 }).message).toContain("in a few minutes");
  });

  it("has words for codes nobody has heard of, and for a server that is away", () => {
    expect(authErrorOf({ status: 400, code: "toString" }).message).toContain("could not be used");
    expect(authErrorOf({ status: 503 }).message).toContain("could not be reached");
    expect(authErrorOf({ status: 0 }).message).toContain("could not be reached");
  });
});

describe("what was typed", () => {
  it("passes when it is complete", () => {
    expect(validateCredentials({ email: " ada@example.org ", password: "x" }, { minPassword: 1 })).toEqual([]);
  });

  it("is asked for where it is missing, each entry in the order of the form", () => {
    const paths = validateCredentials({ name: " ", email: "", password: "" }, { minPassword: 10 }).map(
      ({ path }) => path,
    );
    expect(paths).toEqual(["name", "email", "password"]);
  });

  it("tells a short new password from a missing one, and a sign-in takes any length", () => {
    const short = { email: "a@b", password: "123456789" };
    expect(validateCredentials(short, { minPassword: 10 })[0]?.message).toContain("10 characters");
    expect(validateCredentials(short, { minPassword: 1 })).toEqual([]);
  });

  it("needs an @ in the address and leaves the rest to the server", () => {
    expect(validateCredentials({ email: "ada", password: "x" }, { minPassword: 1 })[0]?.path).toBe("email");
    expect(validateCredentials({ email: "用户@例子.公司", password: "x" }, { minPassword: 1 })).toEqual([]);
  });
});
