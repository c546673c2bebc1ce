import { describe, expect, test } from "vitest";
import { formatCount, parseQueueFilter, queueHref } from "./queue-url";

describe("the URL of a queue filter", () => {
  test("is parsed back to the same filter", () => {
    const filter = {
      status: "approved",
      field: "dbsCertificate",
      claimed: "me",
      cursor: "abc",
    } as const;
    const params = Object.fromEntries(new URL(queueHref(filter), "http://desk").searchParams);
    expect(parseQueueFilter(params)).toEqual(filter);
  });

  test("has no parameters for the whole queue", () => {
    expect(queueHref(parseQueueFilter({}))).toBe("/review");
  });

  test("shows the whole queue if it is mistyped", () => {
    const mistyped = {
      status: "lost",
      field: "constructor",
      claimed: "you",
      cursor: ["a", "b"],
    };
    expect(queueHref(parseQueueFilter(mistyped))).toBe("/review");
  });

  test("starts at the first page with an empty cursor", () => {
    expect(parseQueueFilter({ cursor: "" }).cursor).toBeUndefined();
  });

  test("ignores a field without reviews", () => {
    expect(parseQueueFilter({ field: "profilePicture" }).field).toBeUndefined();
  });
});

test.each([
  [{ count: 0, capped: false }, "0"],
  [{ count: 999, capped: false }, "999"],
  [{ count: 1000, capped: true }, "1,000+"],
])("formats the count %j as %s", (count, text) => {
  expect(formatCount(count)).toBe(text);
});
