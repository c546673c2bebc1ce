import { expect, test } from "vitest";
import { parseRequestFilter, requestsHref } from "./request-url";

test("a filter survives the way through its address", () => {
  const filter = { state: "overdue", field: "contract", cursor: "abc" } as const;
  const params = Object.fromEntries(new URL(requestsHref(filter), "http://localhost").searchParams);
  expect(parseRequestFilter(params)).toEqual(filter);
});

test("a mistyped address shows all requests", () => {
  const filter = parseRequestFilter({ state: "late", field: "", member: ["a", "b"], other: "x" });
  expect(requestsHref(filter)).toBe("/admin/requests");
});
