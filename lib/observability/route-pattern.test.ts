import { expect, test } from "vitest";
import { routePatternFromParams, createRouteMatcher } from "./route-pattern";

const routeOf = createRouteMatcher([
  "/",
  "/u/[handle]",
  "/api/files/[id]",
  "/api/files/[id]/pages/[page]",
  "/api/reviews/claims",
  "/api/reviews/[fileId]",
  "/api/[...rest]",
]);

test.each([
  ["/", "/"],
  ["/u/ada", "/u/[handle]"],
  ["/api/files/0192/pages/3", "/api/files/[id]/pages/[page]"],
  ["/api/reviews/claims", "/api/reviews/claims"],
  ["/api/reviews/0192", "/api/reviews/[fileId]"],
  ["/api/ada/lovelace", "/api/[...rest]"],
  ["/ada", "unmatched"],
  ["/u/ada/lovelace", "unmatched"],
  ["", "unmatched"],
])("%s belongs to %s", (path, pattern) => {
  expect(routeOf(path)).toBe(pattern);
});

test.each([
  ["/api/fields", undefined, "/api/fields"],
  ["/api/files/0192/pages/3", { id: "0192", page: "3" }, "/api/files/[id]/pages/[page]"],
  ["/api/profiles/ad%C3%A9", { handle: "adé" }, "/api/profiles/[handle]"],
  ["/api/files/files", { id: "files" }, "/api/files/[id]"],
  ["/api/auth/sign-in/email", { all: ["sign-in", "email"] }, "/api/auth/[...all]"],
  ["/api/storage/private/a%2fb", { key: ["private", "a%2fb"] }, "/api/storage/[...key]"],
  // What does not fit names nobody.
  ["/api/profiles/ada", { handle: "grace" }, "unmatched"],
])("%s with what Next found in it is %s", (path, params, pattern) => {
  expect(routePatternFromParams(path, params)).toBe(pattern);
});
