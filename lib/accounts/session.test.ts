import { expect, test } from "vitest";
import { readCookie, sessionCookieName } from "./session";

test("the session cookie has the __Host- prefix over HTTPS only", () => {
  expect(sessionCookieName("https://dossier.example")).toMatch(/^__Host-/);
  expect(sessionCookieName("http://localhost:3000")).not.toMatch(/^__/);
});

test("readCookie finds the first cookie of exactly this name", () => {
  expect(readCookie("a=1; session=2;session=3; xsession=4", "session")).toBe("2");
  expect(readCookie("xsession=4; sessionx=5", "session")).toBeNull();
  expect(readCookie("session", "session")).toBeNull();
  expect(readCookie(null, "session")).toBeNull();
});
