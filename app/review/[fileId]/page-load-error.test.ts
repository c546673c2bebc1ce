import { expect, test } from "vitest";
import { ERRORS, type ErrorCode } from "@/lib/errors";
import { pageLoadErrorOf } from "./page-load-error";

const errorOf = (code: ErrorCode | "offline") => pageLoadErrorOf({ code, detail: "What the server says." });

test("every error of a page has plain text", () => {
  for (const code of [...(Object.keys(ERRORS) as ErrorCode[]), "offline" as const]) {
    const { title, text } = errorOf(code);
    expect(`${title} ${text}`).not.toMatch(/\d{3}|_|error|bucket/i);
  }
});

test("a page without bytes or access offers no retry", () => {
  expect(errorOf("purged").canRetry).toBe(false);
  expect(errorOf("not_found").canRetry).toBe(false);
});

test("a page offers a retry if a connection failed", () => {
  expect(errorOf("unavailable").canRetry).toBe(true);
  expect(errorOf("offline").canRetry).toBe(true);
});

test("a page that cannot be drawn says what the server says, once", () => {
  expect(errorOf("unreadable_file")).toMatchObject({ text: "What the server says.", canRetry: false });
});
