import { describe, expect, test } from "vitest";
import { parseEnv } from "./env";
import { parseMigrationUrl } from "./migration-env";
import { parseStaticPublishEnv } from "./static-publish-env";

const minimalSettings = { DATABASE_URL: "postgresql://u:p@localhost/d", AUTH_SECRET: "x".repeat(32) };
const s3Settings = { ...minimalSettings, STORAGE: "s3", STORAGE_PUBLIC_BUCKET: "pub", STORAGE_PRIVATE_BUCKET: "priv" };

describe("the environment", () => {
  test("has a default for everything that a laptop needs", () => {
    expect(parseEnv(minimalSettings)).toMatchObject({
      APP_URL: "http://localhost:3000",
      STORAGE: "local",
      DATA_DIR: ".data",
      TRUSTED_PROXIES: 0,
      UPLOAD_TTL: 3600,
      READ_URL_TTL: 60,
    });
  });

  test("takes an empty variable for one that is not there", () => {
    expect(parseEnv({ ...minimalSettings, PORT: "", STORAGE: "" })).toMatchObject({ PORT: 3000, STORAGE: "local" });
  });

  test("reads the headers for the collector, and repeats none of what it cannot read", () => {
    const read = (text: string) => parseEnv({ ...minimalSettings, OTEL_EXPORTER_OTLP_HEADERS: text });
    expect(read("authorization=Bearer%20a%3Db, x-team=one,").OTEL_EXPORTER_OTLP_HEADERS).toEqual({
      authorization: "Bearer a=b",
      "x-team": "one",
    });
    expect(() => read("x-key=hunter2%")).toThrow(/^(?![\s\S]*hunter2)/);
  });

  test("names every problem at once", () => {
    expect(() => parseEnv({ PORT: "many", DATABASE_URL: "mysql://x", READ_URL_TTL: "3600" })).toThrow(
      /PORT[\s\S]*DATABASE_URL[\s\S]*READ_URL_TTL/,
    );
  });

  test.each([
    [
      "two storage classes in one bucket",
      { ...s3Settings, STORAGE_PRIVATE_BUCKET: "pub" },
      "the same name is there twice",
    ],
    [
      "static files in a media bucket",
      { ...s3Settings, STORAGE_STATIC_BUCKET: "priv" },
      "the same name is there twice",
    ],
    ["S3 without buckets", { ...minimalSettings, STORAGE: "s3" }, "STORAGE_PUBLIC_BUCKET: is needed"],
    ["half a pair of keys", { ...s3Settings, S3_ACCESS_KEY_ID: "a" }, "are needed both, or neither"],
    ["local storage on Vercel", { ...minimalSettings, VERCEL: "1" }, "local storage does not survive"],
    ["a signed read that lives longer than a minute", { ...minimalSettings, READ_URL_TTL: "61" }, "READ_URL_TTL"],
    ["a short secret", { ...minimalSettings, AUTH_SECRET: "short" }, "at least 32"],
    [
      "no secret under a public address",
      { DATABASE_URL: minimalSettings.DATABASE_URL, APP_URL: "https://dossier.example" },
      "openssl rand",
    ],
    ...["100%", "name=100%", "name", "=value", "two words=value", "name=a%0Ab"].map(
      (wrong): [string, Record<string, string>, string] => [
        `headers for the collector that are none (${wrong})`,
        { ...minimalSettings, OTEL_EXPORTER_OTLP_HEADERS: wrong },
        "OTEL_EXPORTER_OTLP_HEADERS: must be headers",
      ],
    ),
    ["no database", { AUTH_SECRET: minimalSettings.AUTH_SECRET }, "DATABASE_URL"],
  ])("refuses %s", (_, variables, words) => {
    expect(() => parseEnv(variables)).toThrow(words);
  });
});

describe("the environment on Vercel", () => {
  const keys = { S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "b" };
  const hosts = { VERCEL_PROJECT_PRODUCTION_URL: "dossier.example", VERCEL_BRANCH_URL: "branch.vercel.app" };
  const vercel = { ...s3Settings, ...keys, ...hosts, VERCEL: "1", VERCEL_ENV: "production" };

  test("trusts one proxy", () => {
    expect(parseEnv(vercel).TRUSTED_PROXIES).toBe(1);
  });

  test("knows its address: the one that is set, else the project's own, a preview's its branch's", () => {
    expect(parseEnv({ ...vercel, APP_URL: "https://a.example" }).APP_URL).toBe("https://a.example");
    expect(parseEnv(vercel).APP_URL).toBe("https://dossier.example");
    expect(parseEnv({ ...vercel, VERCEL_ENV: "preview" }).APP_URL).toBe("https://branch.vercel.app");
  });

  test("believes in those addresses nowhere else", () => {
    expect(parseEnv({ ...vercel, VERCEL: "" }).APP_URL).toBe("http://localhost:3000");
  });

  test.each([
    ["an address without https", { ...vercel, APP_URL: "http://dossier.example" }, "APP_URL: is needed here"],
    ["no address at all", { ...vercel, VERCEL_PROJECT_PRODUCTION_URL: "" }, "APP_URL: is needed here"],
    [
      "a store that nobody can sign for",
      { ...vercel, S3_ACCESS_KEY_ID: "", S3_SECRET_ACCESS_KEY: "" },
      "AWS_ROLE_ARN",
    ],
    ["no secret", { ...vercel, AUTH_SECRET: "" }, "openssl rand"],
  ])("refuses %s", (_, variables, words) => {
    expect(() => parseEnv(variables)).toThrow(words);
  });
});

describe("what a build on Vercel migrates", () => {
  const [pooled, direct] = ["postgresql://pooler/d", "postgresql://direct/d"];
  const production = { VERCEL_ENV: "production", DATABASE_URL: pooled };
  const preview = { ...production, VERCEL_ENV: "preview" };

  test("is the database itself where there is a pooler before it", () => {
    expect(parseMigrationUrl(production)).toBe(pooled);
    expect(parseMigrationUrl({ ...production, DATABASE_URL_UNPOOLED: direct })).toBe(direct);
  });

  test("is nothing for a preview, unless previews have a database of their own", () => {
    expect(parseMigrationUrl({ ...preview, DATABASE_URL_UNPOOLED: direct })).toBeNull();
    expect(parseMigrationUrl({ ...preview, MIGRATE_PREVIEWS: "true" })).toBe(pooled);
  });

  test("is not guessed where the platform does not say what it builds", () => {
    expect(() => parseMigrationUrl({ DATABASE_URL: pooled })).toThrow("VERCEL_ENV");
  });

  test("is needed", () => {
    expect(() => parseMigrationUrl({ VERCEL_ENV: "production" })).toThrow("DATABASE_URL");
  });
});

describe("the settings of publishing", () => {
  test.each([
    [{ STATIC_S3_ACCESS_KEY_ID: "x" }, /are needed both, or neither/],
    [
      { STATIC_S3_ACCESS_KEY_ID: "x", STATIC_S3_SECRET_ACCESS_KEY: "y", S3_ACCESS_KEY_ID: "x" },
      /STATIC_S3_ACCESS_KEY_ID: is the application's own key/,
    ],
    [
      { STORAGE_STATIC_BUCKET: "one", STORAGE_PUBLIC_BUCKET: "one" },
      /STORAGE_STATIC_BUCKET: is a bucket of members' files/,
    ],
    [
      { STORAGE_STATIC_BUCKET: "one", STORAGE_PRIVATE_BUCKET: "one" },
      /STORAGE_STATIC_BUCKET: is a bucket of members' files/,
    ],
    [{ ASSET_PREFIX: "static.example.org" }, /ASSET_PREFIX: must be an address/],
  ])("%j is refused", (variables, words) => {
    expect(() => parseStaticPublishEnv(variables)).toThrow(words);
  });

  test("need nothing of database and media", () => {
    expect(parseStaticPublishEnv({ STORAGE_STATIC_BUCKET: "one" })).toMatchObject({ STATIC_KEEP: 604_800 });
  });
});
