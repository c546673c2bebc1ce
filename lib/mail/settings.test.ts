import { expect, test } from "vitest";
import { parseEnv } from "../config/env";
import { mailSettingsFromEnv } from "./settings";

const LAPTOP = { DATABASE_URL: "postgresql://localhost/d", AUTH_SECRET: "x".repeat(32), DATA_DIR: "/data" };
const SMTP = { SMTP_URL: "smtps://mail.test", MAIL_FROM: "d@mail.test" };
const ON_VERCEL = {
  ...LAPTOP,
  VERCEL: "1",
  VERCEL_ENV: "production",
  APP_URL: "https://dossier.test",
  STORAGE: "s3",
  STORAGE_PUBLIC_BUCKET: "public",
  STORAGE_PRIVATE_BUCKET: "private",
  AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/dossier",
};

test.each([
  ["a folder without a server", LAPTOP, { kind: "folder", folder: "/data/mail" }],
  ["the server", { ...LAPTOP, ...SMTP }, { kind: "smtp", url: SMTP.SMTP_URL }],
  ["the server from Vercel", { ...ON_VERCEL, ...SMTP }, { kind: "smtp", url: SMTP.SMTP_URL }],
  ["nowhere from Vercel without a server", ON_VERCEL, { kind: "waiting", why: "no SMTP_URL on Vercel" }],
  [
    "nowhere from a preview",
    { ...ON_VERCEL, ...SMTP, VERCEL_ENV: "preview" },
    { kind: "waiting", why: "preview" },
  ],
])("mails go to %s", (_, variables, transport) => {
  expect(mailSettingsFromEnv(parseEnv(variables)).transport).toEqual(transport);
});

test("the sender and the links have the host of APP_URL", () => {
  expect(mailSettingsFromEnv(parseEnv({ ...LAPTOP, APP_URL: "https://papers.test:8443" }))).toMatchObject({
    appUrl: "https://papers.test:8443",
    from: { name: "Dossier", address: "no-reply@papers.test" },
  });
});
