import { PutBucketPolicyCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BucketFixture, openBucketFixture } from "../../../tests/stores/bucket-fixture";
import type { TestStore } from "../../../tests/stores/buckets";
import { createCephUser } from "../../../tests/stores/ceph-users";
import { openTestStore } from "../../../tests/stores/test-store";
import { systemClock } from "../../clock";
import { runDoctor } from "../doctor/run-doctor";
import { failedChecks, findingOfCheck } from "../doctor/testing/report-lookup";
import { createIamPolicies } from "./iam-policies";
import { provision } from "./provision";

const NAME = "dossier-least-privileges";
const store = await openTestStore();
const application = "skipped" in store ? null : await createCephUser(store, NAME);

test("the application may read the doctor's settings and write none", () => {
  const { application, doctor } = createIamPolicies({
    public: "pictures",
    private: "papers",
    partition: "aws",
  });
  const actions = [application, doctor].flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  for (const action of [
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketOwnershipControls",
    "s3:GetEncryptionConfiguration",
    "s3:GetBucketLogging",
    "s3:GetLifecycleConfiguration",
    "s3:GetBucketVersioning",
    "s3:ListBucketVersions",
  ])
    expect(actions).toContain(action);
  expect(actions.filter((action) => /^s3:Put(?!Object$)|Acl|Policy/.test(action))).toEqual([]);
});

if ("skipped" in store || !application)
  test("a user with the printed policy", ({ skip }) =>
    skip("skipped" in store ? store.skipped : "This store has no API to create users."));
else describe("a user with the printed policy", () => leastPrivileges(store, application));

function leastPrivileges(store: TestStore, { accessKeyId, secretAccessKey }: TestStore): void {
  let fixture: BucketFixture;
  beforeAll(async () => {
    fixture = openBucketFixture(store);
    const { policies } = await provision(fixture.provisionInput, { dryRun: false });
    const { private: privateBucket, public: publicBucket } = fixture.settings.buckets;
    for (const Bucket of [privateBucket, publicBucket]) {
      // Ceph 16 counts every policy with a named principal as public.
      const PublicAccessBlockConfiguration = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
      await fixture.client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      const arn = `arn:aws:s3:::${Bucket}`;
      // As a bucket policy, because this user belongs to another account than the owner.
      const granted = policies.application.Statement.map(({ Effect, Action, Resource }) => ({
        Effect,
        Action,
        Resource: Resource.filter((one) => one === arn || one === `${arn}/*`),
        Principal: { AWS: [`arn:aws:iam:::user/${NAME}`] },
      }));
      const publicRead = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: [`${arn}/*`] };
      const Statement = [...granted, ...(Bucket === publicBucket ? [publicRead] : [])];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      await fixture.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    }
  });
  afterAll(() => fixture.remove());

  test("passes every check of the doctor", async () => {
    const overrides = { credentials: { accessKeyId, secretAccessKey } };
    const report = await runDoctor(fixture.doctorInputWith(overrides), systemClock, process.cwd());
    expect(failedChecks(report)).toEqual([]);
    expect(report.healthy).toBe(true);
    for (const check of ["lifecycle", "expiry", "versioning"])
      expect(findingOfCheck(report, check)?.outcome).toBe("passed");
  });
}
