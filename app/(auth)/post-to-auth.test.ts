import { afterEach, expect, test, vi } from "vitest";
import { postToAuth } from "./post-to-auth";

afterEach(() => vi.unstubAllGlobals());

/** Answers each path with its response. */
function stubServer(responses: Record<string, Response>) {
  vi.stubGlobal("fetch", async (path: string) => responses[path] ?? Response.error());
}

const signIn = () => postToAuth("sign-in/email", { email: "ada@example.org", password: "a long password" });
const accepted = () => Response.json({ user: { role: "reviewer" } });

test("a sign-in succeeds when the browser keeps the session", async () => {
  stubServer({
    "/api/auth/sign-in/email": accepted(),
    "/api/auth/get-session": Response.json({ session: {}, user: {} }),
  });
  expect(await signIn()).toEqual({ ok: true, role: "reviewer" });
});

test("a sign-in says that the browser blocks cookies", async () => {
  stubServer({ "/api/auth/sign-in/email": accepted(), "/api/auth/get-session": Response.json(null) });
  expect(await signIn()).toMatchObject({
    ok: false,
    error: { path: "", message: expect.stringContaining("blocks cookies") },
  });
});

test("a sign-in goes on if the session cannot be checked", async () => {
  stubServer({ "/api/auth/sign-in/email": accepted() });
  expect(await signIn()).toEqual({ ok: true, role: "reviewer" });
});

test("a sign-in at another address names the right one", async () => {
  const detail = "This page is not at https://dossier.example. Open it there and try again.";
  stubServer({
    "/api/auth/sign-in/email": Response.json({ code: "cross_site", detail }, { status: 403 }),
  });
  expect(await signIn()).toEqual({ ok: false, error: { path: "", message: detail } });
});
