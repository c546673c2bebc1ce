import { expect, test } from "vitest";
import { changesOf, summaryErrorsOf } from "./profile-form-values";

const saved = { name: "Ada", handle: "ada", headline: "", bio: "" };

test("changesOf returns only the changed entries", () => {
  expect(changesOf(saved, { ...saved, bio: "Hello" })).toEqual({ bio: "Hello" });
  expect(changesOf(saved, saved)).toEqual({});
});

test("summaryErrorsOf writes a sentence about the entry", () => {
  const errors = [{ path: "handle", message: "is already in use" }];
  expect(summaryErrorsOf({ code: "invalid", detail: "Check the marked entries.", errors })).toEqual([
    { path: "handle", message: "The address is already in use." },
  ]);
});

test("summaryErrorsOf puts other errors above the form", () => {
  const errors = [{ path: "colour", message: "is not a known property" }];
  expect(summaryErrorsOf({ code: "unavailable", detail: "Try again in a moment.", errors })).toEqual([
    { path: "", message: "Try again in a moment." },
  ]);
});
