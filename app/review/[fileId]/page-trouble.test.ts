import { expect, it } from "vitest";
import { ERRORS, type ErrorCode } from "@/lib/errors";
import { pageTroubleOf } from "./page-trouble";

it("has kind words for everything that can keep a page from being seen", () => {
  for (const code of Object.keys(ERRORS) as ErrorCode[]) {
    const { title, text } = pageTroubleOf(code);
    expect(`${title} ${text}`).not.toMatch(/\d{3}|_|error|bucket/i);
  }
});

it("does not let anybody try again for bytes that are gone for good", () => {
  expect(pageTroubleOf("purged").again).toBe(false);
  expect(pageTroubleOf("not_found").again).toBe(false);
});

it("lets them try again where only the road was blocked", () => {
  expect(pageTroubleOf("unavailable").again).toBe(true);
  expect(pageTroubleOf(null).again).toBe(true);
});
