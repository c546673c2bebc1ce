import { describe, expect, test } from "vitest";
import { parseEnv } from "./env";
import { parseMigrationUrl } from "./migration-env";
import { parseStaticPublishEnv } from "./static-publish-env";

const minimalSettings = { DATABASE_URL: "postgresql://u:p@localhost/d", AUTH_SECRET: "x".repeat(32) };
const s3Settings = {
  ...minimalSettings,
  STORAGE: "s3",
  STORAGE_PUBLIC_BUCKET: "pub",
  STORAGE_PRIVATE_BUCKET: "priv",
};

describe("the settings", () => {
  test("have defaults for a laptop", () => {
    expect(parseEnv(minimalSettings)).toMatchObject({
      APP_URL: "http://localhost:3000",
      STORAGE: "local",
      DATA_DIR: ".data",
      TRUSTED_PROXIES: 0,
      UPLOAD_TTL: 3600,
      READ_URL_TTL: 60,
    });
  });

  test("treat an empty variable as unset", () => {
    expect(parseEnv({ ...minimalSettings, PORT: "", STORAGE: "" })).toMatchObject({
      PORT: 3000,
      STORAGE: "local",
    });
  });

  test("parse collector headers and never repeat wrong ones", () => {
    const read = (text: string) => parseEnv({ ...minimalSettings, OTEL_EXPORTER_OTLP_HEADERS: text });
    expect(read("authorization=Bearer%20a%3Db, x-team=one,").OTEL_EXPORTER_OTLP_HEADERS).toEqual({
      authorization: "Bearer a=b",
      "x-team": "one",
    });
    expect(() => read("x-key=hunter2%")).toThrow(/^(?![\s\S]*hunter2)/);
  });

  test("refuse an unknown time zone and a wrong clock offset", () => {
    const read = (settings: object) => () => parseEnv({ ...minimalSettings, ...settings });
    expect(read({ TIME_ZONE: "Europe/Atlantis" })).toThrow("TIME_ZONE: must be a time zone");
    expect(read({ CLOCK_OFFSET: "soon" })).toThrow("CLOCK_OFFSET: must be a signed ISO 8601 duration");
    expect(read({ CLOCK_OFFSET: "P7M" })().CLOCK_OFFSET).toBe("P7M");
    expect(read({ CLOCK_OFFSET: "P7M", APP_URL: "https://dossier.example.org" })).toThrow(
      "CLOCK_OFFSET: only a site at a loopback APP_URL can move its clock",
    );
  });

  test("parse mail server and sender, and never repeat a wrong one", () => {
    const read = (SMTP_URL: string, MAIL_FROM?: string) =>
      parseEnv({ ...minimalSettings, SMTP_URL, MAIL_FROM });
    expect(read("smtps://u:hunter2@mail.test", "Dossier <d@mail.test>")).toMatchObject({
      SMTP_URL: "smtps://u:hunter2@mail.test",
      MAIL_FROM: { name: "Dossier", address: "d@mail.test" },
    });
    expect(read("smtp://mail.test:25", "d@mail.test").MAIL_FROM).toEqual({
      name: "",
      address: "d@mail.test",
    });
    for (const wrong of ["https://u:hunter2@mail.test", "u:hunter2@mail.test", "smtp://:hunter2"])
      expect(() => read(wrong, "d@mail.test")).toThrow(/^(?![\s\S]*hunter2)[\s\S]*SMTP_URL: must be a URL/);
    for (const wrong of ["d", "A <d@mail.test>, e@mail.test", "A\r\nBcc: e <d@mail.test>", "<d@mail.test"])
      expect(() => read("smtp://mail.test", wrong)).toThrow("MAIL_FROM: must be an address");
    expect(() => read("smtp://mail.test")).toThrow("MAIL_FROM: is required with SMTP_URL");
  });

  test("name every problem in one error", () => {
    expect(() => parseEnv({ PORT: "many", DATABASE_URL: "mysql://x", READ_URL_TTL: "3600" })).toThrow(
      /PORT[\s\S]*DATABASE_URL[\s\S]*READ_URL_TTL/,
    );
  });

  test.each([
    [
      "two storage classes in one bucket",
      { ...s3Settings, STORAGE_PRIVATE_BUCKET: "pub" },
      "two have the same name",
    ],
    [
      "static files in a media bucket",
      { ...s3Settings, STORAGE_STATIC_BUCKET: "priv" },
      "two have the same name",
    ],
    ["S3 without buckets", { ...minimalSettings, STORAGE: "s3" }, "STORAGE_PUBLIC_BUCKET: is required"],
    ["an access key without its secret", { ...s3Settings, S3_ACCESS_KEY_ID: "a" }, "set both or neither"],
    ["local storage on Vercel", { ...minimalSettings, VERCEL: "1" }, "local storage is lost"],
    ["a signed read URL of more than a minute", { ...minimalSettings, READ_URL_TTL: "61" }, "READ_URL_TTL"],
    ["a short secret", { ...minimalSettings, AUTH_SECRET: "short" }, "at least 32"],
    [
      "a public URL without a secret",
      { DATABASE_URL: minimalSettings.DATABASE_URL, APP_URL: "https://dossier.example" },
      "openssl rand",
    ],
    ...["100%", "name=100%", "name", "=value", "two words=value", "name=a%0Ab"].map(
      (wrong): [string, Record<string, string>, string] => [
        `wrong collector headers (${wrong})`,
        { ...minimalSettings, OTEL_EXPORTER_OTLP_HEADERS: wrong },
        "OTEL_EXPORTER_OTLP_HEADERS: must be headers",
      ],
    ),
    ["no database", { AUTH_SECRET: minimalSettings.AUTH_SECRET }, "DATABASE_URL"],
  ])("refuse %s", (_, variables, message) => {
    expect(() => parseEnv(variables)).toThrow(message);
  });
});

describe("the settings on Vercel", () => {
  const keys = { S3_ACCESS_KEY_ID: "a", S3_SECRET_ACCESS_KEY: "b" };
  const hosts = { VERCEL_PROJECT_PRODUCTION_URL: "dossier.example", VERCEL_BRANCH_URL: "branch.vercel.app" };
  const vercel = { ...s3Settings, ...keys, ...hosts, VERCEL: "1", VERCEL_ENV: "production" };

  test("trust one proxy", () => {
    expect(parseEnv(vercel).TRUSTED_PROXIES).toBe(1);
  });

  test("default to the URL of the project or of the preview's branch", () => {
    expect(parseEnv({ ...vercel, APP_URL: "https://a.example" }).APP_URL).toBe("https://a.example");
    expect(parseEnv(vercel).APP_URL).toBe("https://dossier.example");
    expect(parseEnv({ ...vercel, VERCEL_ENV: "preview" }).APP_URL).toBe("https://branch.vercel.app");
  });

  test("ignore Vercel's URLs outside Vercel", () => {
    expect(parseEnv({ ...vercel, VERCEL: "" }).APP_URL).toBe("http://localhost:3000");
  });

  test.each([
    ["a URL without https", { ...vercel, APP_URL: "http://dossier.example" }, "APP_URL: is required"],
    ["no URL", { ...vercel, VERCEL_PROJECT_PRODUCTION_URL: "" }, "APP_URL: is required"],
    [
      "a store without credentials",
      { ...vercel, S3_ACCESS_KEY_ID: "", S3_SECRET_ACCESS_KEY: "" },
      "AWS_ROLE_ARN",
    ],
    ["no secret", { ...vercel, AUTH_SECRET: "" }, "openssl rand"],
  ])("refuse %s", (_, variables, message) => {
    expect(() => parseEnv(variables)).toThrow(message);
  });
});

describe("a build on Vercel", () => {
  const [pooled, direct] = ["postgresql://pooler/d", "postgresql://direct/d"];
  const production = { VERCEL_ENV: "production", DATABASE_URL: pooled };
  const preview = { ...production, VERCEL_ENV: "preview" };

  test("migrates the database without its pooler", () => {
    expect(parseMigrationUrl(production)).toBe(pooled);
    expect(parseMigrationUrl({ ...production, DATABASE_URL_UNPOOLED: direct })).toBe(direct);
  });

  test("migrates a preview only with MIGRATE_PREVIEWS", () => {
    expect(parseMigrationUrl({ ...preview, DATABASE_URL_UNPOOLED: direct })).toBeNull();
    expect(parseMigrationUrl({ ...preview, MIGRATE_PREVIEWS: "true" })).toBe(pooled);
  });

  test("refuses to migrate without VERCEL_ENV", () => {
    expect(() => parseMigrationUrl({ DATABASE_URL: pooled })).toThrow("VERCEL_ENV");
  });

  test("refuses to migrate without DATABASE_URL", () => {
    expect(() => parseMigrationUrl({ VERCEL_ENV: "production" })).toThrow("DATABASE_URL");
  });
});

describe("the settings for publishing", () => {
  test.each([
    [{ STATIC_S3_ACCESS_KEY_ID: "x" }, /set both or neither/],
    [
      { STATIC_S3_ACCESS_KEY_ID: "x", STATIC_S3_SECRET_ACCESS_KEY: "y", S3_ACCESS_KEY_ID: "x" },
      /STATIC_S3_ACCESS_KEY_ID: is the application's key/,
    ],
    [
      { STORAGE_STATIC_BUCKET: "one", STORAGE_PUBLIC_BUCKET: "one" },
      /STORAGE_STATIC_BUCKET: is a bucket of members' files/,
    ],
    [
      { STORAGE_STATIC_BUCKET: "one", STORAGE_PRIVATE_BUCKET: "one" },
      /STORAGE_STATIC_BUCKET: is a bucket of members' files/,
    ],
    [{ ASSET_PREFIX: "static.example.org" }, /ASSET_PREFIX: must be a URL/],
  ])("refuse %j", (variables, message) => {
    expect(() => parseStaticPublishEnv(variables)).toThrow(message);
  });

  test("need no database and no media bucket", () => {
    expect(parseStaticPublishEnv({ STORAGE_STATIC_BUCKET: "one" })).toMatchObject({ STATIC_KEEP: 604_800 });
  });
});
