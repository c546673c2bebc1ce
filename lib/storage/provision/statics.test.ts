import {
  GetBucketCorsCommand,
  GetBucketPolicyCommand,
  ListBucketsCommand,
  PutBucketPolicyCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../clock";
import { parseEnv } from "../../env";
import { parsePublishing } from "../../env/publishing";
import { examine } from "../doctor/examine";
import type { TestStore } from "../testing/buckets";
import { cephUser } from "../testing/ceph-users";
import { named, wrong } from "../testing/diagnosis";
import { testStore } from "../testing/test-store";
import { openWard, type Ward } from "../testing/ward";
import { orderOf } from "./order";
import { provision } from "./provision";

test("the bucket of static files is looked for where its publisher puts them, with the publisher's keys", () => {
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
  expect(orderOf(parseEnv(variables), parsePublishing(variables))?.statics).toEqual({
    bucket: "pages",
    endpoint: "http://pages.example.org",
    region: "eu-north-1",
    forcePathStyle: false,
    credentials: { accessKeyId: "publisher", secretAccessKey: "of the publisher" },
  });
});

const store = await testStore();
const publisher = "skipped" in store ? null : await cephUser(store, "dossier-static-owner");

if ("skipped" in store || !publisher)
  test("the bucket of static files, provisioned", ({ skip }) =>
    skip("skipped" in store ? store.skipped : "This store lets nobody make users for a test."));
else describe("the bucket of static files, provisioned,", () => statics(store, publisher));

function statics(store: TestStore, publisher: TestStore): void {
  let ward: Ward;
  const theirs = new S3Client({ ...publisher, credentials: publisher, forcePathStyle: true });
  beforeEach(async () => {
    ward = openWard(store, publisher);
    expect(await provision(ward.order, { dryRun: false })).toMatchObject({ done: true });
  });
  afterEach(() => ward.remove());

  test("is the publisher's, lets anybody read single files, and is closed to strangers and to the application", async () => {
    const Bucket = ward.order.statics?.bucket ?? "";
    const { Buckets = [] } = await theirs.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toContain(Bucket);
    const { Policy = "" } = await theirs.send(new GetBucketPolicyCommand({ Bucket }));
    expect(JSON.parse(Policy).Statement).toMatchObject([{ Principal: "*", Action: "s3:GetObject" }]);
    const { CORSRules } = await theirs.send(new GetBucketCorsCommand({ Bucket }));
    // Browsers fetch fonts so.
    expect(CORSRules).toMatchObject([{ AllowedOrigins: ["http://localhost:3000"], AllowedMethods: ["GET"] }]);
    const report = await examine(ward.caseWith(), systemClock, process.cwd());
    for (const check of ["static-apart", "static-unlistable", "static-unwritable"])
      expect(named(report, check)?.outcome).toBe("passed");
    const outcomes = (await provision(ward.order, { dryRun: false })).steps.map(({ outcome }) => outcome);
    expect(outcomes).not.toContain("changed");
  });

  test("and opened to everybody afterwards, is told by the doctor", async () => {
    const Bucket = ward.order.statics?.bucket ?? "";
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Statement = [{ Effect: "Allow", Principal: "*", Action: "s3:*", Resource }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await theirs.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    const report = await examine(ward.caseWith(), systemClock, process.cwd());
    expect(wrong(report)).toEqual(["static-unlistable", "static-unwritable"]);
    expect(named(report, "static-apart")?.outcome).toBe("warning");
  });
}
