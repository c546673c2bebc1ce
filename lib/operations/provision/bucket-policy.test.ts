import * as sdk from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { policy } from "./bucket-policy";

/** What provisioning would leave of a policy of the private bucket that lets everybody read under a condition. */
async function left(Condition: object) {
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

test("a statement for everybody stays where its condition says who, and goes where it says who not", async () => {
  expect(await left({ IpAddress: { "aws:SourceIp": "10.0.0.0/8" } })).not.toBeNull();
  expect(await left({ NotIpAddress: { "aws:SourceIp": "10.0.0.0/8" } })).toBeNull();
  expect(await left({ StringNotEquals: { "aws:PrincipalOrgID": "o-1" } })).toBeNull();
  expect(await left({ StringEquals: { "aws:Referer": "https://example.org" } })).toBeNull();
});
