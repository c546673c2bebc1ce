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

/** Reads the address with these settings, in a new module: a process reads its settings once. */
async function addressWith(overrides: Record<string, string>): Promise<string | null> {
  for (const [name, value] of Object.entries({ VERCEL: "", ...settings, ...overrides }))
    vi.stubEnv(name, value);
  const { clientAddressOf } = await import("./request-info");
  return clientAddressOf(new Request("https://dossier.example.org/", { headers: forged }));
}

beforeEach(() => {
  vi.resetModules();
  return () => vi.unstubAllEnvs();
});

describe("the address of the client", () => {
  test("comes from Vercel's header on Vercel", async () => {
    expect(await addressWith({ VERCEL: "1" })).toBe("203.0.113.7");
  });

  test("comes from our HTTP server elsewhere", async () => {
    expect(await addressWith({})).toBe("6.6.6.6");
  });
});
