import { expect, test } from "vitest";
import { parseEnv } from "../../env";
import { caseOf } from "./case";

const base = {
  DATABASE_URL: "postgresql://localhost/x",
  AUTH_SECRET: "a secret of the test that is long enough",
};

test("an upload is wanted for as long as the longest ticket lives, and the sweep waits", () => {
  const wanted = (more: Record<string, string>) => caseOf(parseEnv({ ...base, ...more })).wanted;
  expect(wanted({})).toBe(86_400 + 3600);
  expect(wanted({ MULTIPART_TTL: "600", UPLOAD_TTL: "7200", SWEEP_GRACE: "60" })).toBe(7260);
});

test("a role that nothing was there to take is known, so that other keys are not taken for its own", () => {
  const s3 = { ...base, STORAGE: "s3", STORAGE_PUBLIC_BUCKET: "pictures", STORAGE_PRIVATE_BUCKET: "papers" };
  const untaken = (more: Record<string, string>) => caseOf(parseEnv({ ...s3, ...more })).roleUntaken;
  const AWS_ROLE_ARN = "arn:aws:iam::123456789012:role/dossier";
  expect(untaken({ AWS_ROLE_ARN })).toBe(true);
  expect(untaken({ AWS_ROLE_ARN, VERCEL_OIDC_TOKEN: "t" })).toBe(false);
  expect(untaken({})).toBe(false);
});
