import {
  DeleteBucketCorsCommand,
  DeleteObjectCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from "@aws-sdk/client-s3";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../../lib/clock";
import type { DoctorReport } from "../../lib/operations/doctor/report";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import { failedChecks, findingOfCheck } from "../../lib/operations/doctor/testing/report-lookup";
import { provision } from "../../lib/operations/provision/provision";
import { type BucketFixture, openBucketFixture } from "../stores/bucket-fixture";
import type { TestStore } from "../stores/buckets";
import { openTestStore } from "../stores/test-store";

const store = await openTestStore();
const root = process.cwd();

if ("skipped" in store) test("the doctor finds errors of buckets", ({ skip }) => skip(store.skipped));
else describe("the doctor finds that", () => brokenBuckets(store));

function brokenBuckets(store: TestStore): void {
  // Each test breaks buckets of its own.
  let broken: BucketFixture;
  const checkAfter = async (work: (fixture: BucketFixture) => Promise<unknown>): Promise<DoctorReport> => {
    broken = openBucketFixture(store);
    await provision(broken.provisionInput, { dryRun: false });
    await work(broken);
    return runDoctor(broken.doctorInputWith(), systemClock, root);
  };
  afterEach(() => broken.remove());

  const grantAnyone = async ({ client }: BucketFixture, Bucket: string, Action: string[]) => {
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Statement = [{ Effect: "Allow", Principal: "*", Action, Resource }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  };

  test("anyone can read private documents", async () => {
    const report = await checkAfter((fixture) =>
      grantAnyone(fixture, fixture.settings.buckets.private, ["s3:GetObject"]),
    );
    expect(failedChecks(report)).toEqual(["private-unreadable"]);
    expect(findingOfCheck(report, "private-unreadable")?.fix).toContain("provision");
  });

  test("anyone can list the private bucket", async () => {
    const report = await checkAfter((fixture) =>
      grantAnyone(fixture, fixture.settings.buckets.private, ["s3:ListBucket"]),
    );
    expect(failedChecks(report)).toContain("private-unlistable");
  });

  test("anyone can list the public bucket", async () => {
    const report = await checkAfter((fixture) =>
      grantAnyone(fixture, fixture.settings.buckets.public, ["s3:GetObject", "s3:ListBucket"]),
    );
    expect(failedChecks(report)).toEqual(["public-unlistable"]);
  });

  test("visitors cannot read public pictures", async () => {
    const report = await checkAfter((fixture) =>
      grantAnyone(fixture, fixture.settings.buckets.public, ["s3:GetBucketLocation"]),
    );
    expect(failedChecks(report)).toEqual(["public-readable"]);
  });

  test("anyone can write", async () => {
    const report = await checkAfter((fixture) =>
      grantAnyone(fixture, fixture.settings.buckets.public, ["s3:GetObject", "s3:PutObject"]),
    );
    expect(failedChecks(report)).toEqual(["unwritable"]);
  });

  test.each(["private", "public"] as const)("anyone can delete objects of the %s bucket", async (name) => {
    const report = await checkAfter((fixture) =>
      grantAnyone(
        fixture,
        fixture.settings.buckets[name],
        name === "public" ? ["s3:GetObject", "s3:DeleteObject"] : ["s3:DeleteObject"],
      ),
    );
    expect(failedChecks(report)).toEqual(["undestroyable"]);
  });

  test("browsers may not upload", async () => {
    const report = await checkAfter(({ client, settings }) =>
      client.send(new DeleteBucketCorsCommand({ Bucket: settings.buckets.private })),
    );
    expect(failedChecks(report)).toEqual(["cors-put", "cors-get", "cors-answer"]);
    expect(findingOfCheck(report, "cors-put")?.fix).toContain("provision");
  });

  test("CORS lacks a ticket header and exposes another", async () => {
    const CORSRules = [
      {
        AllowedOrigins: ["http://localhost:3000"],
        AllowedMethods: ["PUT", "GET"],
        AllowedHeaders: ["content-type", "if-none-match", "range"],
        ExposeHeaders: ["ETag"],
      },
    ];
    const report = await checkAfter(({ client, settings }) =>
      client.send(
        new PutBucketCorsCommand({ Bucket: settings.buckets.private, CORSConfiguration: { CORSRules } }),
      ),
    );
    expect(failedChecks(report)).toEqual(["cors-put"]);
    expect(findingOfCheck(report, "cors-put")?.found).toContain("x-amz-checksum-sha256");
    expect(findingOfCheck(report, "cors-answer")).toMatchObject({
      outcome: "warning",
      found: expect.stringContaining("etag"),
    });
  });

  test("browsers may upload, but not download for an export", async () => {
    const CORSRules = [
      {
        AllowedOrigins: ["http://localhost:3000"],
        AllowedMethods: ["PUT"],
        AllowedHeaders: ["content-type", "if-none-match", "x-amz-*"],
      },
    ];
    const report = await checkAfter(({ client, settings }) =>
      client.send(
        new PutBucketCorsCommand({ Bucket: settings.buckets.private, CORSConfiguration: { CORSRules } }),
      ),
    );
    expect(failedChecks(report)).toEqual(["cors-get"]);
  });

  test("pages of any site may use the private bucket", async () => {
    const CORSRules = [{ AllowedOrigins: ["*"], AllowedMethods: ["PUT", "GET"], AllowedHeaders: ["*"] }];
    const report = await checkAfter(({ client, settings }) =>
      client.send(
        new PutBucketCorsCommand({ Bucket: settings.buckets.private, CORSConfiguration: { CORSRules } }),
      ),
    );
    expect(report.healthy).toBe(true);
    expect(findingOfCheck(report, "cors-foreign")?.outcome).toBe("warning");
  });

  test("a bucket keeps deleted objects", async () => {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    const report = await checkAfter(({ client, settings }) =>
      client.send(
        new PutBucketVersioningCommand({ Bucket: settings.buckets.private, VersioningConfiguration }),
      ),
    );
    expect(failedChecks(report)).toEqual(["versioning"]);
  });

  test.each([
    ["still holds a deleted object", true, "still holds a deleted or replaced object"],
    ["would only hide an object of that time", false, "would only hide it"],
  ])("a bucket with suspended versioning %s", async (_, isDeleted, message) => {
    const report = await checkAfter(async ({ client, settings }) => {
      const Bucket = settings.buckets.private;
      const set = (Status: "Enabled" | "Suspended") =>
        client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
      await set("Enabled");
      await client.send(new PutObjectCommand({ Bucket, Key: "files/paper", Body: "x" }));
      if (isDeleted) await client.send(new DeleteObjectCommand({ Bucket, Key: "files/paper" }));
      await set("Suspended");
    });
    expect(failedChecks(report)).toEqual(["versioning"]);
    expect(findingOfCheck(report, "versioning")).toMatchObject({
      found: expect.stringContaining(message),
      fix: expect.stringContaining("Delete no version that is the latest"),
    });
  });

  test.each([
    ["parts", { Filter: { Prefix: "" }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
    ["quarantined files", { Filter: { Prefix: "quarantine/" }, Expiration: { Days: 1 } }],
  ])("a rule removes %s of uploads with valid tickets", async (_, rule) => {
    const Rules = [{ ...rule, ID: "hasty", Status: "Enabled" } as const];
    const report = await checkAfter(({ client, settings }) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: settings.buckets.private,
          LifecycleConfiguration: { Rules },
        }),
      ),
    );
    expect(failedChecks(report)).toEqual(["lifecycle"]);
    expect(findingOfCheck(report, "lifecycle")?.found).toContain("hasty");
  });

  test("a rule deletes files in use, and none removes abandoned uploads", async () => {
    const Rules = [
      { ID: "tidy", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 365 } } as const,
    ];
    const report = await checkAfter(({ client, settings }) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: settings.buckets.private,
          LifecycleConfiguration: { Rules },
        }),
      ),
    );
    expect(failedChecks(report)).toEqual(["expiry"]);
    expect(findingOfCheck(report, "expiry")?.found).toContain("tidy");
    expect(findingOfCheck(report, "lifecycle")?.outcome).toBe("warning");
  });

  test.each([
    ["s3:PutObject", ["buckets"]],
    ["s3:GetObject", ["parts", "write-read-remove", "range", "copy", "read-address"]],
    ["s3:DeleteObject", ["buckets"]],
    ["s3:AbortMultipartUpload", ["parts", "parts-abort", "part-length"]],
    ["s3:ListMultipartUploadParts", ["parts"]],
  ])("the credentials lack %s", async (Action, checks) => {
    const report = await checkAfter(({ client, settings }) => {
      const Resource = [`arn:aws:s3:::${settings.buckets.private}/*`];
      const Statement = [{ Effect: "Deny", Principal: "*", Action, Resource }];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      return client.send(new PutBucketPolicyCommand({ Bucket: settings.buckets.private, Policy }));
    });
    expect(failedChecks(report)).toEqual(checks);
    for (const check of checks)
      expect(findingOfCheck(report, check)?.fix).toMatch(/provision --dry-run|s3:GetObject/);
  });

  test("the credentials may not list", async () => {
    const report = await checkAfter(({ client, settings }) => {
      const Bucket = settings.buckets.private;
      const Statement = [
        { Effect: "Deny", Principal: "*", Action: ["s3:ListBucket"], Resource: [`arn:aws:s3:::${Bucket}`] },
      ];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      return client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    });
    expect(failedChecks(report)).toEqual(["buckets"]);
    expect(findingOfCheck(report, "buckets")?.fix).toContain("--dry-run");
  });
}
