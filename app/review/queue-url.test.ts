import { describe, expect, it } from "vitest";
import { formatCount, queueHref, parseQueueFilter } from "./queue-url";

describe("the address of a part of the queue", () => {
  it("survives the way to the address bar and back", () => {
    const view = { status: "approved", field: "dbsCertificate", claimed: "me", cursor: "abc" } as const;
    const params = Object.fromEntries(new URL(queueHref(view), "http://desk").searchParams);
    expect(parseQueueFilter(params)).toEqual(view);
  });

  it("is the bare page for what waits, of every kind and of everybody", () => {
    expect(queueHref(parseQueueFilter({}))).toBe("/review");
  });

  it("shows what waits where somebody mistyped it", () => {
    const mistyped = {
      status: "lost",
      field: "constructor",
      claimed: "you",
      cursor: ["a", "b"],
    };
    expect(queueHref(parseQueueFilter(mistyped))).toBe("/review");
  });

  it("does not offer a kind of document that nobody reviews", () => {
    expect(parseQueueFilter({ field: "profilePicture" }).field).toBeUndefined();
  });
});

it.each([
  [{ count: 0, capped: false }, "0"],
  [{ count: 999, capped: false }, "999"],
  [{ count: 1000, capped: true }, "1,000+"],
])("counts %j as %s", (count, words) => {
  expect(formatCount(count)).toBe(words);
});
