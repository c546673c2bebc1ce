import { expect, it } from "vitest";
import { ERRORS, type ErrorCode } from "@/lib/errors";
import { pageLoadErrorOf } from "./page-load-error";

it("has kind words for everything that can keep a page from being seen", () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { title, text } = pageLoadErrorOf(code);
    expect(`${title} ${text}`).not.toMatch(/\d{3}|_|error|bucket/i);
  }
});

it("does not let anybody try again for bytes that are gone for good", () => {
  expect(pageLoadErrorOf("purged").canRetry).toBe(false);
  expect(pageLoadErrorOf("not_found").canRetry).toBe(false);
});

it("lets them try again where only the road was blocked", () => {
  expect(pageLoadErrorOf("unavailable").canRetry).toBe(true);
  expect(pageLoadErrorOf(null).canRetry).toBe(true);
});
