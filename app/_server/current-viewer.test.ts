import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addApp } from "@/tests/support/app/authenticator";
import { createMember, createPersonWithRole, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { db } from "./app-context";

const request = vi.hoisted(() => ({ cookie: "" }));
vi.mock("server-only", () => ({}));
vi.mock("next/headers", () => ({ headers: async () => new Headers(request) }));
vi.mock("next/navigation", () => ({
  redirect: (path: string) => {
    throw new Error(`redirects to ${path}`);
  },
  notFound: () => {
    throw new Error("is not found");
  },
}));

let environment: TestEnvironment;
beforeAll(async () => {
  environment = await createTestEnvironment({ REQUIRE_SECOND_FACTOR: "reviewer,admin" });
});
afterAll(() => environment.drop());

/** Tells for each kind of page what it does for a person. */
async function open(person: Person) {
  request.cookie = person.cookie;
  const { requireViewer, requireReviewer, requireAdmin, requireSignedIn } = await import("./current-viewer");
  const pages = { requireSignedIn, requireViewer, requireReviewer, requireAdmin };
  const results = Object.entries(pages).map(async ([name, requirePerson]) => {
    const result = await requirePerson("/page").then(
      () => "opens",
      ({ message }: Error) => message,
    );
    return [name, result];
  });
  return Object.fromEntries(await Promise.all(results));
}

test.each(["reviewer", "admin"] as const)(
  "%s without a second factor reaches only Security",
  async (role) => {
    const person = await createPersonWithRole(db(), role, []);
    expect(await open(person)).toEqual({
      requireSignedIn: "opens",
      requireViewer: "redirects to /security",
      requireReviewer: "redirects to /security",
      requireAdmin: "redirects to /security",
    });
    await addApp(person);
    expect(await open(person)).toEqual({
      requireSignedIn: "opens",
      requireViewer: "opens",
      requireReviewer: "opens",
      requireAdmin: role === "admin" ? "opens" : "is not found",
    });
  },
);

test("a member needs no second factor, and finds no page of reviewers", async () => {
  expect(await open(await createMember())).toEqual({
    requireSignedIn: "opens",
    requireViewer: "opens",
    requireReviewer: "is not found",
    requireAdmin: "is not found",
  });
});

const PRIVATE_PAGES = ["app/(site)", "app/review", "app/admin"].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith("page.tsx"))
    .map((path) => join(folder, path)),
);

test.each(PRIVATE_PAGES)("%s asks for the person, and Security alone for the session", (path) => {
  const source = readFileSync(path, "utf8");
  if (path.includes("/security/")) expect(source).toContain("await requireSignedIn(");
  else expect(source).toMatch(/await require(Viewer|Reviewer|Admin)\(/);
});
