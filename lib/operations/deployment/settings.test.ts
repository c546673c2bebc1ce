import { describe, expect, test } from "vitest";
import { parseEnv } from "../../config/env";
import type { SETTINGS_RULES } from "./rules";
import { checkSettings } from "./settings";

const GOOD = {
  APP_URL: "https://dossier.example",
  DATABASE_URL: "postgresql://db.example/dossier",
  AUTH_SECRET: "kV8mQ2xT7nLr4WzYb1HcJ9fGpD5sAe3uXi6oRqB0tMw=",
  CRON_SECRET: "Zp4LwX8yQm2TnKc7RvBs9HdJfGa1UeYo",
  SMTP_URL: "smtps://dossier:xY4@mail.example",
  MAIL_FROM: "dossier@mail.example",
  TRUSTED_PROXIES: "1",
  HOST: "127.0.0.1",
  STORAGE: "s3",
  STORAGE_PUBLIC_BUCKET: "pictures",
  STORAGE_PRIVATE_BUCKET: "papers",
  MEDIA_URL: "https://media.example",
};

function rules(settings: Record<string, string | undefined>, node = "24.5.0"): [string, string][] {
  return checkSettings(parseEnv({ ...GOOD, ...settings }), { node }).map(({ check, outcome }) => [
    check,
    outcome,
  ]);
}

test("good settings have no finding", () => {
  expect(rules({})).toEqual([]);
  expect(
    rules({
      VERCEL: "1",
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/dossier",
      TRUSTED_PROXIES: undefined,
      HOST: undefined,
    }),
  ).toEqual([]);
  expect(
    rules({ S3_ENDPOINT: "http://store.internal:9000", S3_BROWSER_ENDPOINT: "https://store.example" }),
  ).toEqual([]);
});

/**
 * `parseEnv` rejects invalid settings before this check; tests/deployment/check-command.test.ts has
 * some.
 */
type RuleOfSettings = Exclude<keyof typeof SETTINGS_RULES, "settings" | "node-version">;

const BAD: Record<RuleOfSettings, Record<string, string | undefined>[]> = {
  development: [{ NODE_ENV: "development" }, { NODE_ENV: "test" }],
  "auth-secret": [
    { AUTH_SECRET: "a".repeat(40) },
    { AUTH_SECRET: "please-change-me-please-change-me-0123456789" },
  ],
  "sign-up": [{ SIGN_UP: "open" }],
  "mail-server": [{ SMTP_URL: undefined, MAIL_FROM: undefined }],
  "cron-secret-missing": [{ CRON_SECRET: undefined }],
  "cron-secret-weak": [{ CRON_SECRET: "secret-secret-secret" }, { CRON_SECRET: GOOD.AUTH_SECRET }],
  "app-url-loopback": [
    { APP_URL: "https://localhost:3000", SIGN_UP: "invite" },
    { APP_URL: "https://[::1]", SIGN_UP: "invite" },
  ],
  "app-url-https": [{ APP_URL: "http://dossier.example", TRUSTED_PROXIES: "0" }],
  "media-url": [{ MEDIA_URL: "http://media.example" }, { MEDIA_URL: "https://dossier.example/media" }],
  "asset-prefix": [{ ASSET_PREFIX: "http://static.example" }, { ASSET_PREFIX: GOOD.MEDIA_URL }],
  "s3-endpoint-https": [
    { S3_ENDPOINT: "http://store.example" },
    { S3_BROWSER_ENDPOINT: "http://store.example" },
  ],
  "storage-local": [{ STORAGE: "local" }],
  "trusted-proxies": [{ TRUSTED_PROXIES: "0" }],
  "open-behind-proxy": [{ HOST: undefined }, { HOST: "0.0.0.0" }, { HOST: "::" }],
  "log-level": [{ LOG_LEVEL: "debug" }, { LOG_LEVEL: "silent" }],
};

describe.each(Object.entries(BAD))("the rule %s", (rule, cases) => {
  test.each(cases)("alone fails with %o", (settings) => {
    expect(rules(settings).map(([id]) => id)).toEqual([rule]);
  });
});

test.each(["20.19.0", "22.11.0", "23.9.0", "25.0.0"])("the rule node-version fails with Node %s", (node) => {
  expect(rules({}, node).map(([id]) => id)).toEqual(["node-version"]);
});

test.each(["22.12.0", "24.0.0", "26.1.0"])("Node %s is supported", (node) => {
  expect(rules({}, node)).toEqual([]);
});

test("a missing CRON_SECRET is a warning, but an error on Vercel", () => {
  expect(rules({ CRON_SECRET: undefined })).toEqual([["cron-secret-missing", "warning"]]);
  const vercel = { VERCEL: "1", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/dossier" };
  expect(rules({ CRON_SECRET: undefined, ...vercel })).toEqual([["cron-secret-missing", "failed"]]);
  expect(rules({ ...vercel, TRUSTED_PROXIES: "2" })).toEqual([["trusted-proxies", "warning"]]);
});

test("settings pulled from Vercel get no warning about proxies", () => {
  for (const pulled of [{ VERCEL_ENV: "production" }, { VERCEL_OIDC_TOKEN: "a token" }])
    for (const TRUSTED_PROXIES of [undefined, "1"])
      expect(rules({ ...pulled, TRUSTED_PROXIES, HOST: undefined })).toEqual([]);
});

test("no finding contains a secret", () => {
  const secrets = { AUTH_SECRET: `secret-${"a".repeat(40)}`, CRON_SECRET: "secret-secret-secret" };
  const json = JSON.stringify(checkSettings(parseEnv({ ...GOOD, ...secrets }), { node: "24.0.0" }));
  expect(json).toContain("auth-secret");
  for (const secret of Object.values(secrets)) expect(json).not.toContain(secret);
});
