import {
  GetBucketCorsCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock";
import { parseEnv } from "../../lib/config/env";
import { parseStaticPublishEnv } from "../../lib/config/static-publish-env";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import { failedChecks, findingOfCheck } from "../../lib/operations/doctor/testing/report-lookup";
import { provision } from "../../lib/operations/provision/provision";
import { provisionInputFromEnv } from "../../lib/operations/provision/provision-input";
import { type BucketFixture, openBucketFixture } from "../stores/bucket-fixture";
import type { TestStore } from "../stores/buckets";
import { createCephUser } from "../stores/ceph-users";
import { openTestStore } from "../stores/test-store";

test("provisioning uses the publisher's store and credentials for the static bucket", () => {
  const variables = {
    DATABASE_URL: "postgresql://localhost/x",
    AUTH_SECRET: "a secret of the test that is long enough",
    STORAGE: "s3",
    STORAGE_PUBLIC_BUCKET: "pictures",
    STORAGE_PRIVATE_BUCKET: "papers",
    STORAGE_STATIC_BUCKET: "pages",
    S3_ENDPOINT: "http://members.example.org",
    S3_ACCESS_KEY_ID: "application",
    S3_SECRET_ACCESS_KEY: "of the application",
    STATIC_S3_ENDPOINT: "http://pages.example.org",
    STATIC_S3_REGION: "eu-north-1",
    STATIC_S3_ACCESS_KEY_ID: "publisher",
    STATIC_S3_SECRET_ACCESS_KEY: "of the publisher",
  };
  expect(provisionInputFromEnv(parseEnv(variables), parseStaticPublishEnv(variables))?.staticBucket).toEqual({
    bucket: "pages",
    endpoint: "http://pages.example.org",
    region: "eu-north-1",
    forcePathStyle: false,
    credentials: { accessKeyId: "publisher", secretAccessKey: "of the publisher" },
  });
});

const store = await openTestStore();
const publisher = "skipped" in store ? null : await createCephUser(store, "dossier-static-owner");

if ("skipped" in store || !publisher)
  test("the provisioned static bucket", ({ skip }) =>
    skip("skipped" in store ? store.skipped : "This store has no API to create users."));
else describe("the provisioned static bucket", () => staticBucket(store, publisher));

function staticBucket(store: TestStore, publisher: TestStore): void {
  let fixture: BucketFixture;
  const publisherClient = new S3Client({ ...publisher, credentials: publisher, forcePathStyle: true });
  beforeEach(async () => {
    fixture = openBucketFixture(store, publisher);
    expect(await provision(fixture.provisionInput, { dryRun: false })).toMatchObject({ done: true });
  });
  afterEach(() => fixture.remove());

  test("belongs to the publisher and is public for reading only", async () => {
    const Bucket = fixture.provisionInput.staticBucket?.bucket ?? "";
    const { Buckets = [] } = await publisherClient.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toContain(Bucket);
    const { Policy = "" } = await publisherClient.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement).toMatchObject([{ Principal: "*", Action: "s3:GetObject" }]);
    const { CORSRules } = await publisherClient.send(new GetBucketCorsCommand({ Bucket }));
    // Browsers load fonts with CORS.
    expect(CORSRules).toMatchObject([{ AllowedOrigins: ["http://localhost:3000"], AllowedMethods: ["GET"] }]);
    const report = await runDoctor(fixture.doctorInputWith(), systemClock, process.cwd());
    for (const check of ["static-apart", "static-unlistable", "static-unwritable"])
      expect(findingOfCheck(report, check)?.outcome).toBe("passed");
    const outcomes = (await provision(fixture.provisionInput, { dryRun: false })).steps.map(
      ({ outcome }) => outcome,
    );
    expect(outcomes).not.toContain("changed");
  });

  test("fails the doctor's checks once it is open to anyone", async () => {
    const Bucket = fixture.provisionInput.staticBucket?.bucket ?? "";
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Statement = [{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await publisherClient.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const report = await runDoctor(fixture.doctorInputWith(), systemClock, process.cwd());
    expect(failedChecks(report)).toEqual(["static-unlistable", "static-unwritable"]);
    expect(findingOfCheck(report, "static-apart")?.outcome).toBe("warning");
  });
}
