import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { problemOf } from "./call-api";

describe("callApi", () => {
  afterEach(() => vi.unstubAllGlobals());

  /** Loads the client of a new page. Returns the person that each of its requests names. */
  async function openPage() {
    vi.resetModules();
    const named: (string | null)[] = [];
    vi.stubGlobal("fetch", async (_: string, { headers }: { headers: Record<string, string> }) => {
      named.push(new Headers(headers).get("Dossier-Person"));
      return new Response("{}");
    });
    return { ...(await import("./call-api")), named };
  }

  test.each(["POST", "PUT", "PATCH", "DELETE"] as const)(
    "names the person of the page in a %s",
    async (method) => {
      const { callApi, rememberPerson, named } = await openPage();
      rememberPerson("ada");
      await callApi(method, "/api/profile", { body: {} });
      expect(named).toEqual(["ada"]);
    },
  );

  test("keeps the person of the page after a refresh for another person", async () => {
    const { callApi, rememberPerson, named } = await openPage();
    rememberPerson("ada");
    rememberPerson("grace");
    await callApi("PATCH", "/api/profile", { body: {} });
    expect(named).toEqual(["ada"]);
  });

  test("names no person on a page for visitors", async () => {
    const { callApi, named } = await openPage();
    await callApi("POST", "/api/uploads", { body: {} });
    expect(named).toEqual([null]);
  });

  test("is the only client of the API beside sign-in, sign-out, export", () => {
    const clients = readdirSync("app", { recursive: true, encoding: "utf8" }).filter(
      (file) =>
        /\.tsx?$/.test(file) &&
        !/\.test\.tsx?$/.test(file) &&
        !file.startsWith("_server/") &&
        /\b(fetch|sendBeacon)\(/.test(readFileSync(join("app", file), "utf8")),
    );
    expect(clients.sort()).toEqual([
      "(auth)/post-to-auth.ts",
      "(auth)/sign-in/use-passkey-sign-in.ts",
      "(site)/data/export/download-bytes.ts",
      "(site)/data/export/run-export.ts",
      "_ui/call-api.ts",
      "_ui/sign-out-button.tsx",
    ]);
  });
});

describe("problemOf", () => {
  test("returns the server's message and the errors of each entry", () => {
    const errors = [{ path: "handle", message: "is already in use" }];
    const body = { code: "invalid", detail: "Choose another address.", errors, title: "x" };
    expect(problemOf({ status: 422, body })).toEqual({
      code: "invalid",
      detail: "Choose another address.",
      errors,
    });
  });

  test("reports a missing response as offline", () => {
    expect(problemOf({ status: 0, body: null })).toMatchObject({ code: "offline" });
  });

  test("recognizes that another person is signed in", () => {
    const errors = [{ path: "Dossier-Person", message: "is not the person who is signed in" }];
    const body = { code: "conflict", detail: "Another person is signed in now.", errors };
    expect(problemOf({ status: 409, body })).toEqual({
      code: "other_person",
      detail: "Another person is signed in now.",
    });
  });

  test("tells a member with an expired session to sign in again", () => {
    const body = { code: "unauthenticated", detail: "Sign in first." };
    expect(problemOf({ status: 401, body }).detail).toContain("Sign in again in another tab");
  });

  test.each([null, "<html>", { code: "toString", detail: "x" }, { code: "invalid" }])(
    "returns a general message for an unknown body: %j",
    (body) => {
      expect(problemOf({ status: 502, body }).code).toBe("internal");
    },
  );
});
