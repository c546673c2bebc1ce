import { expect, test } from "vitest";
import { titleOf } from "./request-notice";

const NONE = { due: null, isOverdue: false, isWaiting: false, hasOne: false };

test.each([
  [{}, "Please send this"],
  [{ due: "3 Mar 2026, in 2 days" }, "Please send this by 3 Mar 2026, in 2 days"],
  [{ hasOne: true }, "Please send a new one"],
  [
    { due: "1 Mar 2026, yesterday", isOverdue: true },
    "Overdue: we asked you for this by 1 Mar 2026, yesterday",
  ],
  [{ isOverdue: true, isWaiting: true }, "We asked you for this. What you sent waits for review."],
])("a request with %j says what to do", (situation, title) => {
  expect(titleOf({ ...NONE, ...situation })).toBe(title);
});
