import { expect, test } from "vitest";
import { ERRORS, type ErrorCode } from "@/lib/errors";
import { pageLoadErrorOf } from "./page-load-error";

test("every error of a page has plain text", () => {
  for (const code of [...(Object.keys(ERRORS) as ErrorCode[]), "offline" as const]) {
    const { title, text } = pageLoadErrorOf(code);
    expect(`${title} ${text}`).not.toMatch(/\d{3}|_|error|bucket/i);
  }
});

test("a page without bytes or access offers no retry", () => {
  expect(pageLoadErrorOf("purged").canRetry).toBe(false);
  expect(pageLoadErrorOf("not_found").canRetry).toBe(false);
});

test("a page offers a retry if a connection failed", () => {
  expect(pageLoadErrorOf("unavailable").canRetry).toBe(true);
  expect(pageLoadErrorOf("offline").canRetry).toBe(true);
});
