import { expect, test } from "vitest";
import { parseEnv } from "../../config/env";
import { doctorInputFromEnv } from "./doctor-input";

type Variables = Record<string, string>;
const base: Variables = {
  DATABASE_URL: "postgresql://localhost/x",
  AUTH_SECRET: "a secret of the test that is long enough",
};
const s3 = { ...base, STORAGE: "s3", STORAGE_PUBLIC_BUCKET: "pictures", STORAGE_PRIVATE_BUCKET: "papers" };
const inputOf = (variables: Variables) => doctorInputFromEnv(parseEnv(variables));

test("adds the longest ticket lifetime and the sweep's grace", () => {
  expect(inputOf(base).maxUploadSeconds).toBe(86_400 + 3600);
  const overrides = { MULTIPART_TTL: "600", UPLOAD_TTL: "7200", SWEEP_GRACE: "60" };
  expect(inputOf({ ...base, ...overrides }).maxUploadSeconds).toBe(7260);
});

test("knows that a configured role was not assumed", () => {
  const AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/dossier";
  expect(inputOf({ ...s3, AWS_ROLE_ARN }).isRoleNotAssumed).toBe(true);
  expect(inputOf({ ...s3, AWS_ROLE_ARN, VERCEL_OIDC_TOKEN: "t" }).isRoleNotAssumed).toBe(false);
  expect(inputOf(s3).isRoleNotAssumed).toBe(false);
});

test("finds the static bucket in the media store unless configured", () => {
  const media = { ...s3, S3_ENDPOINT: "https://media.test", S3_REGION: "eu-1", S3_FORCE_PATH_STYLE: "true" };
  const publisher = { STATIC_S3_ACCESS_KEY_ID: "a publisher", STATIC_S3_SECRET_ACCESS_KEY: "and a secret" };
  const bucketWith = (overrides: Variables) => inputOf({ ...media, ...publisher, ...overrides }).staticBucket;
  const STORAGE_STATIC_BUCKET = "statics";
  const expected = { bucket: "statics", credentials: undefined };
  expect(bucketWith({})).toBeUndefined();
  expect(bucketWith({ STORAGE_STATIC_BUCKET })).toMatchObject({
    ...expected,
    endpoint: "https://media.test",
    region: "eu-1",
    forcePathStyle: true,
  });
  expect(bucketWith({ STORAGE_STATIC_BUCKET, STATIC_S3_ENDPOINT: "https://static.test" })).toEqual({
    ...expected,
    endpoint: "https://static.test",
    region: "us-east-1",
    forcePathStyle: false,
  });
  expect(bucketWith({ STORAGE_STATIC_BUCKET, STATIC_S3_REGION: "eu-2" })).toEqual({
    ...expected,
    endpoint: undefined,
    region: "eu-2",
    forcePathStyle: false,
  });
});
