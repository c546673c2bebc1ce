import { describe, expect, test } from "vitest";
import { authErrorOf, validateCredentials } from "./auth-problem";

describe("authErrorOf", () => {
  test("assigns the message to its control", () => {
    expect(authErrorOf({ status: 401, code: "INVALID_EMAIL_OR_PASSWORD" }).path).toBe("password");
    expect(authErrorOf({ status: 403, code: "EMAIL_NOT_VERIFIED" })).toMatchObject({
      path: "email",
      message: expect.stringContaining("Confirm this address"),
    });
  });

  test("says how long to wait after too many attempts", () => {
    expect(authErrorOf({ status: 429, retryAfter: 90 }).message).toContain("in 2 min");
    expect(authErrorOf({ status: 429 }).message).toContain("in a few minutes");
  });

  test("has messages for unknown codes and for an unavailable server", () => {
    expect(authErrorOf({ status: 400, code: "toString" }).message).toContain("is not valid");
    expect(authErrorOf({ status: 503 }).message).toContain("cannot be reached");
    expect(authErrorOf({ status: 0 }).message).toContain("cannot be reached");
  });
});

describe("validateCredentials", () => {
  test("accepts complete entries", () => {
    expect(validateCredentials({ email: " ada@example.org ", password: "x" }, { minPassword: 1 })).toEqual(
      [],
    );
  });

  test("reports missing entries in the order of the form", () => {
    const paths = validateCredentials({ name: " ", email: "", password: "" }, { minPassword: 10 }).map(
      ({ path }) => path,
    );
    expect(paths).toEqual(["name", "email", "password"]);
  });

  test("rejects a short new password, but accepts it for a sign-in", () => {
    const short = { email: "a@b", password: "123456789" };
    expect(validateCredentials(short, { minPassword: 10 })[0]?.message).toContain("10 characters");
    expect(validateCredentials(short, { minPassword: 1 })).toEqual([]);
  });

  test("requires only an @ in an e-mail address", () => {
    expect(validateCredentials({ email: "ada", password: "x" }, { minPassword: 1 })[0]?.path).toBe("email");
    expect(validateCredentials({ email: "用户@例子.公司", password: "x" }, { minPassword: 1 })).toEqual([]);
  });
});
