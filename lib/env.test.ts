import { describe, expect, test } from "vitest";
import { parseEnv } from "./env";

const least = { DATABASE_URL: "postgresql://u:p@localhost/d", AUTH_SECRET: "x".repeat(32) };
const s3 = { ...least, STORAGE: "s3", STORAGE_PUBLIC_BUCKET: "pub", STORAGE_PRIVATE_BUCKET: "priv" };

describe("the environment", () => {
  test("has a default for everything that a laptop needs", () => {
    expect(parseEnv(least)).toMatchObject({
      APP_URL: "http://localhost:3000",
      STORAGE: "local",
      DATA_DIR: ".data",
      TRUSTED_PROXIES: 0,
      UPLOAD_TTL: 3600,
      READ_URL_TTL: 60,
    });
  });

  test("takes an empty variable for one that is not there", () => {
    expect(parseEnv({ ...least, PORT: "", STORAGE: "" })).toMatchObject({ PORT: 3000, STORAGE: "local" });
  });

  test("names every problem at once", () => {
    expect(() => parseEnv({ PORT: "many", DATABASE_URL: "mysql://x", READ_URL_TTL: "3600" })).toThrow(
      /PORT[\s\S]*DATABASE_URL[\s\S]*READ_URL_TTL/,
    );
  });

  test.each([
    [
      "two storage classes in one bucket",
      { ...s3, STORAGE_PRIVATE_BUCKET: "pub" },
      "the same name is there twice",
    ],
    [
      "static files in a media bucket",
      { ...s3, STORAGE_STATIC_BUCKET: "priv" },
      "the same name is there twice",
    ],
    ["S3 without buckets", { ...least, STORAGE: "s3" }, "STORAGE_PUBLIC_BUCKET: is needed"],
    ["half a pair of keys", { ...s3, S3_ACCESS_KEY_ID: "a" }, "are needed both, or neither"],
    ["local storage on Vercel", { ...least, VERCEL: "1" }, "local storage does not survive"],
    ["a signed read that lives longer than a minute", { ...least, READ_URL_TTL: "61" }, "READ_URL_TTL"],
    ["a short secret", { ...least, AUTH_SECRET: "short" }, "at least 32"],
    [
      "no secret under a public address",
      { DATABASE_URL: least.DATABASE_URL, APP_URL: "https://dossier.example" },
      "openssl rand",
    ],
    ["no database", { AUTH_SECRET: least.AUTH_SECRET }, "DATABASE_URL"],
  ])("refuses %s", (_, variables, words) => {
    expect(() => parseEnv(variables)).toThrow(words);
  });

  test("trusts one proxy on Vercel", () => {
    expect(parseEnv({ ...s3, VERCEL: "1" }).TRUSTED_PROXIES).toBe(1);
  });
});
