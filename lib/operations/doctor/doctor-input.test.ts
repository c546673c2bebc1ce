import { expect, test } from "vitest";
import { parseEnv } from "../../config/env";
import { doctorInputFromEnv } from "./doctor-input";

const base = {
  DATABASE_URL: "postgresql://localhost/x",
  AUTH_SECRET: "a secret of the test that is long enough",
};

test("an upload is wanted for as long as the longest ticket lives, and the sweep waits", () => {
  const wanted = (more: Record<string, string>) => doctorInputFromEnv(parseEnv({ ...base, ...more })).maxUploadSeconds;
  expect(wanted({})).toBe(86_400 + 3600);
  expect(wanted({ MULTIPART_TTL: "600", UPLOAD_TTL: "7200", SWEEP_GRACE: "60" })).toBe(7260);
});

test("a role that nothing was there to take is known, so that other keys are not taken for its own", () => {
  const s3 = { ...base, STORAGE: "s3", STORAGE_PUBLIC_BUCKET: "pictures", STORAGE_PRIVATE_BUCKET: "papers" };
  const untaken = (more: Record<string, string>) => doctorInputFromEnv(parseEnv({ ...s3, ...more })).isRoleNotAssumed;
  const AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/dossier";
  expect(untaken({ AWS_ROLE_ARN })).toBe(true);
  expect(untaken({ AWS_ROLE_ARN, VERCEL_OIDC_TOKEN: "t" })).toBe(false);
  expect(untaken({})).toBe(false);
});

test("the static bucket is in the store of members' files, unless it is said to be elsewhere; the publisher's keys are nobody else's", () => {
  const s3 = { ...base, STORAGE: "s3", STORAGE_PUBLIC_BUCKET: "pictures", STORAGE_PRIVATE_BUCKET: "papers" };
  const media = { ...s3, S3_ENDPOINT: "https://media.test", S3_REGION: "eu-1", S3_FORCE_PATH_STYLE: "true" };
  const keys = { STATIC_S3_ACCESS_KEY_ID: "a publisher", STATIC_S3_SECRET_ACCESS_KEY: "and a secret" };
  const statics = (more: Record<string, string>) => doctorInputFromEnv(parseEnv({ ...media, ...keys, ...more })).staticBucket;
  const STORAGE_STATIC_BUCKET = "statics";
  const found = { bucket: "statics", credentials: undefined };
  expect(statics({})).toBeUndefined();
  expect(statics({ STORAGE_STATIC_BUCKET })).toMatchObject({
    ...found,
    endpoint: "https://media.test",
    region: "eu-1",
    forcePathStyle: true,
  });
  expect(statics({ STORAGE_STATIC_BUCKET, STATIC_S3_ENDPOINT: "https://static.test" })).toEqual({
    ...found,
    endpoint: "https://static.test",
    region: "us-east-1",
    forcePathStyle: false,
  });
  expect(statics({ STORAGE_STATIC_BUCKET, STATIC_S3_REGION: "eu-2" })).toEqual({
    ...found,
    endpoint: undefined,
    region: "eu-2",
    forcePathStyle: false,
  });
});
