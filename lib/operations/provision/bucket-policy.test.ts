import * as sdk from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { policy } from "./bucket-policy";

/**
 * Returns the policy of the private bucket after provisioning, if anyone could read under a
 * condition.
 */
async function provisionedPolicy(Condition: object) {
  const Statement = [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*", Condition }];
  const client = new sdk.S3Client({ region: "us-east-1" });
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  client.middlewareStack.add(() => async () => ({ response: {}, output: { $metadata: {}, Policy } }), {
    step: "initialize",
  });
  const bucket = {
    name: "papers",
    purpose: "private" as const,
    origin: "http://localhost:3000",
    partition: "aws",
    expiryDays: { unfinished: 2, quarantine: 7 },
    isVersioned: false,
  };
  const step = await policy({ sdk, client }, bucket, { exists: true, trial: null });
  client.destroy();
  return step?.after;
}

test("keeps a public statement only if its condition restricts the callers", async () => {
  expect(await provisionedPolicy({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } })).not.toBeNull();
  expect(await provisionedPolicy({ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } })).toBeNull();
  expect(await provisionedPolicy({ StringNotEquals: { "aws:PrincipalOrgID": "o-1" } })).toBeNull();
  expect(await provisionedPolicy({ StringEquals: { "aws:Referer": "https://example.org" } })).toBeNull();
});
