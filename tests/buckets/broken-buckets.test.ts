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
import { failedChecks, findFinding } from "../../lib/operations/doctor/testing/report-lookup";
import { provision } from "../../lib/operations/provision/provision";
import { type BucketFixture, openBucketFixture } from "../stores/bucket-fixture";
import type { TestStore } from "../stores/buckets";
import { openTestStore } from "../stores/test-store";

const store = await openTestStore();
const root = process.cwd();

if ("skipped" in store)
  test("the doctor looks at buckets that are set up wrong", ({ skip }) => skip(store.skipped));
else describe("the doctor tells that", () => brokenBuckets(store));

function brokenBuckets(store: TestStore): void {
  // A pair of its own each, for what is done to it.
  let broken: BucketFixture;
  const breakIt = async (work: (ward: BucketFixture) => Promise<unknown>): Promise<DoctorReport> => {
    broken = openBucketFixture(store);
    await provision(broken.provisionInput, { dryRun: false });
    await work(broken);
    return runDoctor(broken.doctorInputWith(), systemClock, root);
  };
  afterEach(() => broken.remove());

  const open = async ({ client }: BucketFixture, Bucket: string, Action: string[]) => {
    const PublicAccessBlockConfiguration = { BlockPublicPolicy: false, RestrictPublicBuckets: false };
    await client.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
    const Resource = [`arn:aws:s3:::${Bucket}`, `arn:aws:s3:::${Bucket}/*`];
    const Statement = [{ Effect: "Allow", Principal: "*", Action, Resource }];
    const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
    await client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  };

  test("anybody reads private papers", async () => {
    const report = await breakIt((ward) => open(ward, ward.settings.buckets.private, ["s3:GetObject"]));
    expect(failedChecks(report)).toEqual(["private-unreadable"]);
    expect(findFinding(report, "private-unreadable")?.fix).toContain("provision");
  });

  test("anybody lists the private bucket", async () => {
    const report = await breakIt((ward) => open(ward, ward.settings.buckets.private, ["s3:ListBucket"]));
    expect(failedChecks(report)).toContain("private-unlistable");
  });

  test("anybody lists the public bucket", async () => {
    const report = await breakIt((ward) =>
      open(ward, ward.settings.buckets.public, ["s3:GetObject", "s3:ListBucket"]),
    );
    expect(failedChecks(report)).toEqual(["public-unlistable"]);
  });

  test("nobody sees public pictures", async () => {
    const report = await breakIt((ward) =>
      open(ward, ward.settings.buckets.public, ["s3:GetBucketLocation"]),
    );
    expect(failedChecks(report)).toEqual(["public-readable"]);
  });

  test("anybody writes", async () => {
    const report = await breakIt((ward) =>
      open(ward, ward.settings.buckets.public, ["s3:GetObject", "s3:PutObject"]),
    );
    expect(failedChecks(report)).toEqual(["unwritable"]);
  });

  test.each(["private", "public"] as const)("anybody destroys what is in the %s bucket", async (name) => {
    const report = await breakIt((ward) =>
      open(
        ward,
        ward.settings.buckets[name],
        name === "public" ? ["s3:GetObject", "s3:DeleteObject"] : ["s3:DeleteObject"],
      ),
    );
    expect(failedChecks(report)).toEqual(["undestroyable"]);
  });

  test("browsers would send nothing", async () => {
    const report = await breakIt(({ client, settings: place }) =>
      client.send(new DeleteBucketCorsCommand({ Bucket: place.buckets.private })),
    );
    expect(failedChecks(report)).toEqual(["cors-put", "cors-answer"]);
    expect(findFinding(report, "cors-put")?.fix).toContain("provision");
  });

  test("browsers would lack a header of the ticket, and read more than they need", async () => {
    const CORSRules = [
      {
        AllowedOrigins: ["http://localhost:3000"],
        AllowedMethods: ["PUT", "GET"],
        AllowedHeaders: ["content-type", "if-none-match"],
        ExposeHeaders: ["ETag"],
      },
    ];
    const report = await breakIt(({ client, settings: place }) =>
      client.send(
        new PutBucketCorsCommand({ Bucket: place.buckets.private, CORSConfiguration: { CORSRules } }),
      ),
    );
    expect(failedChecks(report)).toEqual(["cors-put"]);
    expect(findFinding(report, "cors-put")?.found).toContain("x-amz-checksum-sha256");
    expect(findFinding(report, "cors-answer")).toMatchObject({
      outcome: "warning",
      found: expect.stringContaining("etag"),
    });
  });

  test("pages of any site may talk to the private bucket", async () => {
    const CORSRules = [{ AllowedOrigins: ["*"], AllowedMethods: ["PUT", "GET"], AllowedHeaders: ["*"] }];
    const report = await breakIt(({ client, settings: place }) =>
      client.send(
        new PutBucketCorsCommand({ Bucket: place.buckets.private, CORSConfiguration: { CORSRules } }),
      ),
    );
    expect(report.healthy).toBe(true);
    expect(findFinding(report, "cors-foreign")?.outcome).toBe("warning");
  });

  test("a bucket keeps what was destroyed", async () => {
    const VersioningConfiguration = { Status: "Enabled" } as const;
    const report = await breakIt(({ client, settings: place }) =>
      client.send(new PutBucketVersioningCommand({ Bucket: place.buckets.private, VersioningConfiguration })),
    );
    expect(failedChecks(report)).toEqual(["versioning"]);
  });

  test.each([
    ["has kept what was destroyed", true, "still holds what was destroyed"],
    ["would only hide a file that came while versions were kept", false, "would only be hidden"],
  ])("a bucket that no longer keeps versions %s", async (_, destroyed, words) => {
    const report = await breakIt(async ({ client, settings: place }) => {
      const Bucket = place.buckets.private;
      const set = (Status: "Enabled" | "Suspended") =>
        client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));
      await set("Enabled");
      await client.send(new PutObjectCommand({ Bucket, Key: "files/paper", Body: "x" }));
      if (destroyed) await client.send(new DeleteObjectCommand({ Bucket, Key: "files/paper" }));
      await set("Suspended");
    });
    expect(failedChecks(report)).toEqual(["versioning"]);
    expect(findFinding(report, "versioning")).toMatchObject({
      found: expect.stringContaining(words),
      fix: expect.stringContaining("Delete no version that is the latest"),
    });
  });

  test.each([
    ["parts", { Filter: { Prefix: "" }, AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } }],
    ["files in quarantine", { Filter: { Prefix: "quarantine/" }, Expiration: { Days: 1 } }],
  ])("a rule ends %s of uploads whose tickets still live", async (_, rule) => {
    const Rules = [{ ...rule, ID: "hasty", Status: "Enabled" } as const];
    const report = await breakIt(({ client, settings: place }) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: place.buckets.private,
          LifecycleConfiguration: { Rules },
        }),
      ),
    );
    expect(failedChecks(report)).toEqual(["lifecycle"]);
    expect(findFinding(report, "lifecycle")?.found).toContain("hasty");
  });

  test("a rule destroys what the database knows, and that none ends what was abandoned", async () => {
    const Rules = [
      { ID: "tidy", Status: "Enabled", Filter: { Prefix: "" }, Expiration: { Days: 365 } } as const,
    ];
    const report = await breakIt(({ client, settings: place }) =>
      client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: place.buckets.private,
          LifecycleConfiguration: { Rules },
        }),
      ),
    );
    expect(failedChecks(report)).toEqual(["expiry"]);
    expect(findFinding(report, "expiry")?.found).toContain("tidy");
    expect(findFinding(report, "lifecycle")?.outcome).toBe("warning");
  });

  test.each([
    ["s3:PutObject", ["buckets"]],
    ["s3:GetObject", ["parts", "write-read-remove", "range", "copy", "read-address"]],
    ["s3:DeleteObject", ["buckets"]],
    ["s3:AbortMultipartUpload", ["parts", "parts-abort", "part-length"]],
    ["s3:ListMultipartUploadParts", ["parts"]],
  ])("our own key lacks the right to %s, and where that is given", async (Action, checks) => {
    const report = await breakIt(({ client, settings: place }) => {
      const Resource = [`arn:aws:s3:::${place.buckets.private}/*`];
      const Statement = [{ Effect: "Deny", Principal: "*", Action, Resource }];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      return client.send(new PutBucketPolicyCommand({ Bucket: place.buckets.private, Policy }));
    });
    expect(failedChecks(report)).toEqual(checks);
    for (const check of checks)
      expect(findFinding(report, check)?.fix).toMatch(/provision --dry-run|s3:GetObject/);
  });

  test("our own key may not list", async () => {
    const report = await breakIt(({ client, settings: place }) => {
      const Bucket = place.buckets.private;
      const Statement = [
        { Effect: "Deny", Principal: "*", Action: ["s3:ListBucket"], Resource: [`arn:aws:s3:::${Bucket}`] },
      ];
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      return client.send(new PutBucketPolicyCommand({ Bucket, Policy }));
    });
    expect(failedChecks(report)).toEqual(["buckets"]);
    expect(findFinding(report, "buckets")?.fix).toContain("--dry-run");
  });
}
