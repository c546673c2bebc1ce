import {
  CreateBucketCommand,
  GetBucketAclCommand,
  GetBucketCorsCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  HeadBucketCommand,
  ListBucketsCommand,
  PutBucketAclCommand,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketVersioningCommand,
} from "@aws-sdk/client-s3";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type BucketFixture, openBucketFixture } from "../../../tests/stores/bucket-fixture";
import type { TestStore } from "../../../tests/stores/buckets";
import { openTestStore } from "../../../tests/stores/test-store";
import { systemClock } from "../../clock";
import { errorNameOf } from "../../storage/s3/errors";
import { runDoctor } from "../doctor/run-doctor";
import type { ProvisionStep } from "./bucket-setting";
import { formatProvisionReport } from "./format-report";
import { provision } from "./provision";

const store = await openTestStore();

if ("skipped" in store) test("provisioning", ({ skip }) => skip(store.skipped));
else describe("provisioning", () => provisioning(store));

function provisioning(store: TestStore): void {
  let fixture: BucketFixture;
  beforeEach(() => {
    fixture = openBucketFixture(store);
  });
  afterEach(() => fixture.remove());

  const run = (dryRun = false) => provision(fixture.provisionInput, { dryRun });
  const findStep = (steps: ProvisionStep[], bucket: string, setting: string) =>
    steps.find((step) => step.bucket === bucket && step.setting === setting);
  const outcomes = (steps: ProvisionStep[]) => new Set(steps.map(({ outcome }) => outcome));

  /** The buckets of this fixture, with any scratch bucket left over. */
  async function bucketNames(): Promise<(string | undefined)[]> {
    const { Buckets = [] } = await fixture.client.send(new ListBucketsCommand({}));
    const [prefix = ""] = fixture.settings.buckets.public.split("-public");
    return Buckets.map(({ Name }) => Name)
      .filter((name) => name?.startsWith(prefix))
      .sort();
  }

  test("creates only its buckets, which the doctor passes, and then changes nothing", async () => {
    const first = await run();
    expect(first.done).toBe(true);
    expect(outcomes(first.steps)).toContain("changed");
    expect(await bucketNames()).toEqual(Object.values(fixture.settings.buckets).sort());
    for (const step of first.steps.filter(({ outcome }) => outcome === "unable"))
      expect(step.note).toMatch(
        /^The store (responded \d{3} \w+|accepts it, but then returns another value\.)/,
      );
    expect((await runDoctor(fixture.doctorInputWith(), systemClock, process.cwd())).healthy).toBe(true);
    const second = await run();
    expect(second.done).toBe(true);
    expect(outcomes(second.steps)).not.toContain("changed");
    expect(outcomes(second.steps)).not.toContain("failed");
    expect(formatProvisionReport(second, { dryRun: false })).toContain("There was nothing to change.");
  });

  test.each([
    [
      { maxTicketSeconds: 86_400, sweepGraceSeconds: 3600 },
      { unfinished: 2, quarantine: 7 },
    ],
    [
      { maxTicketSeconds: 604_800, sweepGraceSeconds: 3600 },
      { unfinished: 8, quarantine: 9 },
    ],
    [
      { maxTicketSeconds: 86_400, sweepGraceSeconds: 172_800 },
      { unfinished: 3, quarantine: 7 },
    ],
  ])("lets the store remove abandoned uploads by the lifetimes %o", async (lifetimes, days) => {
    const { steps } = await provision({ ...fixture.provisionInput, ...lifetimes }, { dryRun: true });
    expect(findStep(steps, fixture.settings.buckets.private, "lifecycle")?.after).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: days.unfinished } }),
        expect.objectContaining({
          Filter: { Prefix: "quarantine/" },
          Expiration: { Days: days.quarantine },
        }),
      ]),
    );
  });

  test("in a dry run creates nothing and prints plan and policies", async () => {
    const dry = await run(true);
    expect(dry.done).toBe(true);
    expect(outcomes(dry.steps)).toEqual(new Set(["planned", "kept"]));
    const order = dry.steps.map(({ setting }) => setting);
    expect(order.indexOf("ACL grants to everybody")).toBeLessThan(order.indexOf("ownership controls"));
    for (const Bucket of Object.values(fixture.settings.buckets))
      await expect(fixture.client.send(new HeadBucketCommand({ Bucket }))).rejects.toThrow();
    const text = formatProvisionReport(dry, { dryRun: true });
    expect(text).toContain('    +       "Action": "s3:GetObject",');
    expect(text).toContain("Least privileges of the application:");
    expect(text).not.toContain(store.secretAccessKey);
  });

  describe("over existing settings", () => {
    const named = {
      Sid: "Archive",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam:::user/test" },
      Action: "s3:ListBucket",
    };
    const colleague = {
      ID: "colleague",
      AllowedOrigins: ["https://colleague.example.org"],
      AllowedMethods: ["GET"],
      AllowedHeaders: ["range"],
    };
    const anySite = { ID: "any-site", AllowedOrigins: ["*"], AllowedMethods: ["PUT", "GET"] };
    const rule = {
      ID: "tidy",
      Status: "Enabled",
      Filter: { Prefix: "old/" },
      Expiration: { Days: 5 },
    } as const;
    const harmful = { ...rule, ID: "harmful", Filter: { Prefix: "files/" } };

    beforeEach(async () => {
      const { client, settings } = fixture;
      for (const Bucket of Object.values(settings.buckets)) {
        const Resource = `arn:aws:s3:::${Bucket}`;
        const publicAccess = { Effect: "Allow", Principal: "*", Action: ["s3:ListBucket", "s3:GetObject"] };
        const Statement = [
          { ...named, Resource },
          { ...publicAccess, Resource: [Resource, `${Resource}/*`] },
        ];
        await client.send(new CreateBucketCommand({ Bucket }));
        await client.send(new PutBucketAclCommand({ Bucket, ACL: "public-read" }));
        await client.send(
          new PutBucketPolicyCommand({
            Bucket,
            Policy: JSON.stringify({ Version: "2012-10-17", Statement }),
          }),
        );
        await client.send(
          new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [anySite, colleague] } }),
        );
        await client.send(
          new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
        );
        await client.send(
          new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
        );
      }
    });

    const readSettings = async (Bucket: string) => {
      const { client } = fixture;
      const policy = await client.send(new GetBucketPolicyCommand({ Bucket })).catch((error: unknown) => {
        if (errorNameOf(error) === "NoSuchBucketPolicy") return { Policy: undefined };
        throw error;
      });
      const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket }));
      const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      const { Grants } = await client.send(new GetBucketAclCommand({ Bucket }));
      return { policy: policy.Policy, CORSRules, Rules, Grants };
    };

    test("removes public access, keeps harmless settings, and then changes nothing", async () => {
      const { private: privateBucket, public: publicBucket } = fixture.settings.buckets;
      const { steps, done } = await run();
      expect(steps.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      expect(done).toBe(true);
      for (const setting of ["ACL grants to everybody", "policy", "CORS", "lifecycle", "versioning"])
        for (const bucket of [privateBucket, publicBucket])
          expect(findStep(steps, bucket, setting)?.outcome).toBe("changed");

      const [papers, pictures] = [await readSettings(privateBucket), await readSettings(publicBucket)];
      const statements = (text = "") => JSON.parse(text).Statement.map(({ Sid }: { Sid?: string }) => Sid);
      expect(statements(papers.policy)).toEqual(["Archive"]);
      expect(statements(pictures.policy)).toEqual(["AnybodyReads", "Archive"]);
      expect(pictures.CORSRules?.map(({ ID }) => ID)).toEqual(["colleague"]);
      expect(papers.CORSRules?.map(({ ID }) => ID).sort()).toEqual(["colleague", "dossier"]);
      // Pages upload there, and read for an export.
      expect(papers.CORSRules?.find(({ ID }) => ID === "dossier")).toMatchObject({
        AllowedMethods: expect.arrayContaining(["GET", "PUT"]),
        AllowedOrigins: [fixture.provisionInput.appUrl],
      });
      for (const { Rules, Grants } of [papers, pictures]) {
        expect(Rules?.map(({ ID }) => ID)).toContain("tidy");
        // The bucket kept versions, so the store has to remove the hidden ones.
        expect(Rules).toContainEqual(
          expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
        );
        expect(Grants).toHaveLength(1);
      }
      const report = await runDoctor(fixture.doctorInputWith(), systemClock, process.cwd());
      expect(report.findings.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      expect(outcomes((await run()).steps)).not.toContain("changed");
    });

    test("in a dry run prints a diff and changes nothing", async () => {
      const { private: privateBucket } = fixture.settings.buckets;
      await fixture.client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: privateBucket,
          LifecycleConfiguration: { Rules: [rule, harmful] },
        }),
      );
      const before = await readSettings(privateBucket);
      const dry = await run(true);
      expect(await readSettings(privateBucket)).toEqual(before);
      const text = formatProvisionReport(dry, { dryRun: true });
      expect(text).toContain('    -     "ID": "any-site",');
      expect(text).toContain('    +     "ID": "dossier",');
      expect(text).toMatch(/^ {10}"ID": "colleague",$/m);
      expect(findStep(dry.steps, privateBucket, "lifecycle")?.note).toMatch(/^The rule harmful deletes/);
    });
  });

  test("fails with credentials that the store rejects", async () => {
    const credentials = { accessKeyId: store.accessKeyId, secretAccessKey: "another" };
    const input = { ...fixture.provisionInput, settings: { ...fixture.settings, credentials } };
    const { steps, done } = await provision(input, { dryRun: false });
    expect(done).toBe(false);
    expect(outcomes(steps)).toEqual(new Set(["failed"]));
  });

  test("rejects one bucket for two purposes", async () => {
    const input = {
      ...fixture.provisionInput,
      staticBucket: { ...fixture.settings, bucket: fixture.settings.buckets.public },
    };
    await expect(provision(input, { dryRun: true })).rejects.toThrow("a bucket each");
  });

  test("gives no role access to static files and members' files", async () => {
    const staticBucket = { ...fixture.settings, bucket: "pages" };
    const { policies } = await provision({ ...fixture.provisionInput, staticBucket }, { dryRun: true });
    const resources = (policy: (typeof policies)["application"] | undefined) =>
      new Set(policy?.Statement.flatMap(({ Resource }) => Resource));
    expect(resources(policies["static publisher"])).toEqual(
      new Set(["arn:aws:s3:::pages/*", "arn:aws:s3:::pages"]),
    );
    expect([...resources(policies.application)].filter((one) => one.includes(":::pages"))).toEqual([]);
    const actions = policies.application.Statement.flatMap(({ Action }) => Action);
    expect(actions.filter((action) => /\*|Acl|Policy|DeleteBucket|Put(?!Object$)/.test(action))).toEqual([]);
  });
}
