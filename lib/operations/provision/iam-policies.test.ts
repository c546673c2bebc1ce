import { PutBucketPolicyCommand, PutPublicAccessBlockCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BucketFixture, openBucketFixture } from "../../../tests/stores/bucket-fixture";
import type { TestStore } from "../../../tests/stores/buckets";
import { createCephUser } from "../../../tests/stores/ceph-users";
import { openTestStore } from "../../../tests/stores/test-store";
import { systemClock } from "../../clock";
import { runDoctor } from "../doctor/run-doctor";
import { failedChecks, findFinding } from "../doctor/testing/report-lookup";
import { createIamPolicies } from "./iam-policies";
import { provision } from "./provision";

const NAME = "dossier-least-rights";
const store = await openTestStore();
const application = "skipped" in store ? null : await createCephUser(store, NAME);

test("the application and its doctor may look at every setting that the doctor asks about, and change none", () => {
  const { application, doctor } = createIamPolicies({
    public: "pictures",
    private: "papers",
    partition: "aws",
  });
  const actions = [application, doctor].flatMap(({ Statement }) => Statement.flatMap(({ Action }) => Action));
  for (const asked of [
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketOwnershipControls",
    "s3:GetEncryptionConfiguration",
    "s3:GetBucketLogging",
    "s3:GetLifecycleConfiguration",
    "s3:GetBucketVersioning",
    "s3:ListBucketVersions",
  ])
    expect(actions).toContain(asked);
  expect(actions.filter((action) => /^s3:Put(?!Object$)|Acl|Policy/.test(action))).toEqual([]);
});

if ("skipped" in store || !application)
  test("a user with the rights that provisioning prints", ({ skip }) =>
    skip("skipped" in store ? store.skipped : "This store lets nobody make users for a test."));
else describe("a user with the rights that provisioning prints", () => rights(store, application));

function rights(store: TestStore, { accessKeyId, secretAccessKey }: TestStore): void {
  let ward: BucketFixture;
  beforeAll(async () => {
    ward = openBucketFixture(store);
    const { policies } = await provision(ward.provisionInput, { dryRun: false });
    const { private: closed, public: open } = ward.settings.buckets;
    for (const Bucket of [closed, open]) {
      // Ceph 16 takes every policy that names somebody for a public one.
      const PublicAccessBlockConfiguration = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
      await ward.client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
      const arn = `arn:aws:s3:::${Bucket}`;
      // As the bucket has to say it, for this user is not of the owner's account.
      const granted = policies.application.Statement.map(({ Effect, Action, Resource }) => ({
        Effect,
        Action,
        Resource: Resource.filter((one) => one === arn || one === `${arn}/*`),
        Principal: { AWS: [`arn:aws:iam:::user/${NAME}`] },
      }));
      const anybody = { Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: [`${arn}/*`] };
      const Statement = [...granted, ...(Bucket === open ? [anybody] : [])];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      await ward.client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    }
  });
  afterAll(() => ward.remove());

  test("can do all that the application does: send, read, list, join parts, copy and destroy", async () => {
    const keys = { credentials: { accessKeyId, secretAccessKey } };
    const report = await runDoctor(ward.doctorInputWith(keys), systemClock, process.cwd());
    expect(failedChecks(report)).toEqual([]);
    expect(report.healthy).toBe(true);
    for (const check of ["lifecycle", "expiry", "versioning"])
      expect(findFinding(report, check)?.outcome).toBe("passed");
  });
}
