import { expect, test } from "vitest";
import { createRouteMatcher, routePatternFromParams } from "./route-pattern";

const matchRoute = createRouteMatcher([
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
])("the path %s matches the route %s", (path, pattern) => {
  expect(matchRoute(path)).toBe(pattern);
});

test.each([
  ["/api/fields", undefined, "/api/fields"],
  ["/api/files/0192/pages/3", { id: "0192", page: "3" }, "/api/files/[id]/pages/[page]"],
  ["/api/profiles/ad%C3%A9", { handle: "adé" }, "/api/profiles/[handle]"],
  ["/api/files/files", { id: "files" }, "/api/files/[id]"],
  ["/api/auth/sign-in/email", { all: ["sign-in", "email"] }, "/api/auth/[...all]"],
  ["/api/storage/private/a%2fb", { key: ["private", "a%2fb"] }, "/api/storage/[...key]"],
  // Parameters of another path: no part of the path may reach the log.
  ["/api/profiles/ada", { handle: "grace" }, "unmatched"],
])("the path %s with the parameters %j has the route %s", (path, params, pattern) => {
  expect(routePatternFromParams(path, params)).toBe(pattern);
});
