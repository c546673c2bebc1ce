import { beforeEach, describe, expect, test, vi } from "vitest";

const forged = { "x-dossier-address": "6.6.6.6", "x-vercel-forwarded-for": "203.0.113.7" };
const settings = {
  APP_URL: "https://dossier.example.org",
  AUTH_SECRET: "a secret that only this test knows, long enough",
  DATABASE_URL: "postgresql://localhost/dossier",
  STORAGE: "s3",
  STORAGE_PUBLIC_BUCKET: "public",
  STORAGE_PRIVATE_BUCKET: "private",
  S3_ACCESS_KEY_ID: "a-key",
  S3_SECRET_ACCESS_KEY: "its-secret",
};

/** The address as a process with these settings sees it; settings are read once, so each gets a module of its own. */
async function seenBy(more: Record<string, string>): Promise<string | null> {
  for (const [name, value] of Object.entries({ VERCEL: "", ...settings, ...more })) vi.stubEnv(name, value);
  const { clientAddressOf: callerAddress } = await import("./request-info");
  return callerAddress(new Request("https://dossier.example.org/", { headers: forged }));
}

beforeEach(() => {
  vi.resetModules();
  return () => vi.unstubAllEnvs();
});

describe("the caller's address", () => {
  test("is the platform's word on Vercel, where no front removes what a caller writes under our name", async () => {
    expect(await seenBy({ VERCEL: "1" })).toBe("203.0.113.7");
  });

  test("is the front's word everywhere else, where nobody removes what a caller writes under the platform's name", async () => {
    expect(await seenBy({})).toBe("6.6.6.6");
  });
});
