import { expect, test } from "vitest";
import { changesOf, summaryErrorsOf } from "./profile-form-values";

const saved = { name: "Ada", handle: "ada", headline: "", bio: "" };

test("only what was changed is sent", () => {
  expect(changesOf(saved, { ...saved, bio: "Hello" })).toEqual({ bio: "Hello" });
  expect(changesOf(saved, saved)).toEqual({});
});

test("an error is a sentence about the entry that it concerns", () => {
  const errors = [{ path: "handle", message: "is taken by somebody else" }];
  expect(summaryErrorsOf({ code: "invalid", detail: "Please look at what is marked.", errors })).toEqual([
    { path: "handle", message: "The address is taken by somebody else." },
  ]);
});

test("an error about none of them stands above the form", () => {
  const errors = [{ path: "colour", message: "is not known here" }];
  expect(summaryErrorsOf({ code: "unavailable", detail: "Please try again shortly.", errors })).toEqual([
    { path: "", message: "Please try again shortly." },
  ]);
});
