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
  let ward: BucketFixture;
  beforeEach(() => {
    ward = openBucketFixture(store);
  });
  afterEach(() => ward.remove());

  const run = (dryRun = false) => provision(ward.provisionInput, { dryRun });
  const of = (steps: ProvisionStep[], bucket: string, setting: string) =>
    steps.find((step) => step.bucket === bucket && step.setting === setting);
  const outcomes = (steps: ProvisionStep[]) => new Set(steps.map(({ outcome }) => outcome));

  test("makes of nothing what the doctor finds healthy, and finds nothing to change the second time", async () => {
    const first = await run();
    expect(first.done).toBe(true);
    expect(outcomes(first.steps)).toContain("changed");
    expect((await runDoctor(ward.doctorInputWith(), systemClock, process.cwd())).healthy).toBe(true);
    const second = await run();
    expect(second.done).toBe(true);
    expect(outcomes(second.steps)).not.toContain("changed");
    expect(outcomes(second.steps)).not.toContain("failed");
    expect(formatProvisionReport(second, { dryRun: false })).toContain("There was nothing to change.");
  });

  test("leaves no bucket of its trials, and says of what a store cannot what the store said", async () => {
    const { steps } = await run();
    const { Buckets = [] } = await ward.client.send(new ListBucketsCommand({}));
    const [run1 = ""] = ward.settings.buckets.public.split("-public");
    expect(
      Buckets.map(({ Name }) => Name)
        .filter((name) => name?.startsWith(run1))
        .sort(),
    ).toEqual(Object.values(ward.settings.buckets).sort());
    for (const step of steps.filter(({ outcome }) => outcome === "unable"))
      expect(step.note).toMatch(/^The store (responded \d{3} \w+|accepts it, but then returns another value\.)/);
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
  ])("has the store end what was abandoned after the days that %o ask for", async (asked, days) => {
    const { steps } = await provision({ ...ward.provisionInput, ...asked }, { dryRun: true });
    expect(of(steps, ward.settings.buckets.private, "lifecycle")?.after).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ AbortIncompleteMultipartUpload: { DaysAfterInitiation: days.unfinished } }),
        expect.objectContaining({
          Filter: { Prefix: "quarantine/" },
          Expiration: { Days: days.quarantine },
        }),
      ]),
    );
  });

  test("of nothing, dry, makes nothing and says what it would make and which rights each role needs", async () => {
    const dry = await run(true);
    expect(dry.done).toBe(true);
    expect(outcomes(dry.steps)).toEqual(new Set(["planned", "kept"]));
    const order = dry.steps.map(({ setting }) => setting);
    expect(order.indexOf("ACL grants to everybody")).toBeLessThan(order.indexOf("ownership controls"));
    for (const Bucket of Object.values(ward.settings.buckets))
      await expect(ward.client.send(new HeadBucketCommand({ Bucket }))).rejects.toThrow();
    const text = formatProvisionReport(dry, { dryRun: true });
    expect(text).toContain('    +       "Action": "s3:GetObject",');
    expect(text).toContain("Least privileges of the application:");
    expect(text).not.toContain(store.secretAccessKey);
  });

  describe("over settings of somebody else", () => {
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
    const everybodys = { ID: "everybodys", AllowedOrigins: ["*"], AllowedMethods: ["PUT", "GET"] };
    const rule = {
      ID: "tidy",
      Status: "Enabled",
      Filter: { Prefix: "old/" },
      Expiration: { Days: 5 },
    } as const;
    const harsh = { ...rule, ID: "harsh", Filter: { Prefix: "files/" } };

    beforeEach(async () => {
      const { client, settings: place } = ward;
      for (const Bucket of Object.values(place.buckets)) {
        const Resource = `arn:aws:s3:::${Bucket}`;
        const everything = { Effect: "Allow", Principal: "*", Action: ["s3:ListBucket", "s3:GetObject"] };
        const Statement = [
          { ...named, Resource },
          { ...everything, Resource: [Resource, `${Resource}/*`] },
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
          new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules: [everybodys, colleague] } }),
        );
        await client.send(
          new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules: [rule] } }),
        );
        await client.send(
          new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }),
        );
      }
    });

    const settingsNow = async (Bucket: string) => {
      const { client } = ward;
      const policy = await client.send(new GetBucketPolicyCommand({ Bucket })).catch((error: unknown) => {
        if (errorNameOf(error) === "NoSuchBucketPolicy") return { Policy: undefined };
        throw error;
      });
      const { CORSRules } = await client.send(new GetBucketCorsCommand({ Bucket }));
      const { Rules } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }));
      const { Grants } = await client.send(new GetBucketAclCommand({ Bucket }));
      return { policy: policy.Policy, CORSRules, Rules, Grants };
    };

    test("closes what they open, keeps what does no harm, and then finds nothing to change", async () => {
      const { private: closed, public: open } = ward.settings.buckets;
      const { steps, done } = await run();
      expect(steps.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      expect(done).toBe(true);
      for (const setting of ["ACL grants to everybody", "policy", "CORS", "lifecycle", "versioning"])
        for (const bucket of [closed, open]) expect(of(steps, bucket, setting)?.outcome).toBe("changed");

      const [papers, pictures] = [await settingsNow(closed), await settingsNow(open)];
      const statements = (text = "") => JSON.parse(text).Statement.map(({ Sid }: { Sid?: string }) => Sid);
      expect(statements(papers.policy)).toEqual(["Archive"]);
      expect(statements(pictures.policy)).toEqual(["AnybodyReads", "Archive"]);
      expect(pictures.CORSRules?.map(({ ID }) => ID)).toEqual(["colleague"]);
      expect(papers.CORSRules?.map(({ ID }) => ID).sort()).toEqual(["colleague", "dossier"]);
      // Pages send files there, and fetch nothing.
      expect(papers.CORSRules?.find(({ ID }) => ID === "dossier")).toMatchObject({
        AllowedMethods: ["PUT"],
        AllowedOrigins: [ward.provisionInput.appUrl],
      });
      for (const { Rules, Grants } of [papers, pictures]) {
        expect(Rules?.map(({ ID }) => ID)).toContain("tidy");
        // Versions were kept: what is hidden since has to end.
        expect(Rules).toContainEqual(
          expect.objectContaining({ NoncurrentVersionExpiration: { NoncurrentDays: 1 } }),
        );
        expect(Grants).toHaveLength(1);
      }
      const report = await runDoctor(ward.doctorInputWith(), systemClock, process.cwd());
      expect(report.findings.filter(({ outcome }) => outcome === "failed")).toEqual([]);
      expect(outcomes((await run()).steps)).not.toContain("changed");
    });

    test("dry, shows what goes, what comes and what stays, and changes nothing", async () => {
      const { private: closed } = ward.settings.buckets;
      await ward.client.send(
        new PutBucketLifecycleConfigurationCommand({
          Bucket: closed,
          LifecycleConfiguration: { Rules: [rule, harsh] },
        }),
      );
      const before = await settingsNow(closed);
      const dry = await run(true);
      expect(await settingsNow(closed)).toEqual(before);
      const text = formatProvisionReport(dry, { dryRun: true });
      expect(text).toContain('    -     "ID": "everybodys",');
      expect(text).toContain('    +     "ID": "dossier",');
      expect(text).toMatch(/^ {10}"ID": "colleague",$/m);
      expect(of(dry.steps, closed, "lifecycle")?.note).toMatch(/^The rule harsh deletes/);
    });
  });

  test("with keys that the store does not take says so, and is not done", async () => {
    const credentials = { accessKeyId: store.accessKeyId, secretAccessKey: "another" };
    const order = { ...ward.provisionInput, settings: { ...ward.settings, credentials } };
    const { steps, done } = await provision(order, { dryRun: false });
    expect(done).toBe(false);
    expect(outcomes(steps)).toEqual(new Set(["failed"]));
  });

  test("refuses one bucket for two purposes", async () => {
    const order = {
      ...ward.provisionInput,
      staticBucket: { ...ward.settings, bucket: ward.settings.buckets.public },
    };
    await expect(provision(order, { dryRun: true })).rejects.toThrow("a bucket each");
  });

  test("gives static files a bucket that members' files have nothing in common with", async () => {
    const statics = { ...ward.settings, bucket: "pages" };
    const { policies } = await provision({ ...ward.provisionInput, staticBucket: statics }, { dryRun: true });
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
