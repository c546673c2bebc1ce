import { randomBytes } from "node:crypto";
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TestStore } from "../../../tests/stores/buckets";
import { createCephUser } from "../../../tests/stores/ceph-users";
import { openTestStore } from "../../../tests/stores/test-store";
import { httpStatusOf } from "../../storage/s3/errors";
import { createIamPolicies } from "../provision/iam-policies";
import { createBucketTarget } from "./bucket-target";
import { removeBucket } from "./testing/static-bucket";
import { openTestSite, type TestSite } from "./testing/test-site";

const store = await openTestStore();
const roles = "skipped" in store ? null : await createRoles(store);

if ("skipped" in store || !roles)
  test("the application and the publisher of static files share no bucket", ({ skip }) =>
    skip("skipped" in store ? store.skipped : "This store has no API to create users."));
else describe("with the printed policies", () => separation(store, roles));

async function createRoles(
  owner: TestStore,
): Promise<{ application: TestStore; publisher: TestStore } | null> {
  const application = await createCephUser(owner, "dossier-application");
  const publisher = await createCephUser(owner, "dossier-static-publisher");
  return application && publisher ? { application, publisher } : null;
}

function separation(
  owner: TestStore,
  { application, publisher }: { application: TestStore; publisher: TestStore },
): void {
  const run = randomBytes(6).toString("hex");
  const names = {
    public: `dossier-separation-${run}-public`,
    private: `dossier-separation-${run}-private`,
    static: `dossier-separation-${run}-static`,
  };
  const [ofOwner, ofApplication, ofPublisher] = [owner, application, publisher].map(clientOf);
  if (!ofOwner || !ofApplication || !ofPublisher) throw new Error("There must be three clients.");
  let site: TestSite;

  beforeAll(async () => {
    site = openTestSite();
    const { application: media, "static publisher": publishing } = createIamPolicies({
      ...names,
      partition: "aws",
    });
    const granted = [
      { user: "dossier-application", statements: media.Statement },
      { user: "dossier-static-publisher", statements: publishing?.Statement ?? [] },
    ];
    for (const [purpose, Bucket] of Object.entries(names)) {
      await ofOwner.send(new CreateBucketCommand({ Bucket }));
      const isOfBucket = (arn: string) =>
        arn === `arn:aws:s3:::${Bucket}` || arn === `arn:aws:s3:::${Bucket}/*`;
      // As bucket policies, because these users belong to other accounts than the owner.
      const Statement: object[] = granted.flatMap(({ user, statements }) =>
        statements.flatMap(({ Effect, Action, Resource }) => {
          const resources = Resource.filter(isOfBucket);
          const Principal = { AWS: [`arn:aws:iam:::user/${user}`] };
          return resources.length > 0 ? [{ Effect, Action, Resource: resources, Principal }] : [];
        }),
      );
      if (purpose !== "private")
        Statement.push({
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Resource: `arn:aws:s3:::${Bucket}/*`,
        });
      const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
      await ofOwner.send(new PutBucketPolicyCommand({ Bucket, Policy }));
      await ofOwner.send(new PutObjectCommand({ Bucket, Key: "existing", Body: purpose }));
    }
  });
  afterAll(async () => {
    site.close();
    for (const name of Object.values(names)) await removeBucket(ofOwner, name);
    for (const client of [ofOwner, ofApplication, ofPublisher]) client.destroy();
  });

  /** Returns "done" or the status of the error. */
  const outcomeOf = (attempt: Promise<unknown>) =>
    attempt.then(
      () => "done",
      (error: unknown) => httpStatusOf(error),
    );
  const writes = (client: S3Client, Bucket: string) => [
    outcomeOf(
      client.send(new PutObjectCommand({ Bucket, Key: "_next/static/chunks/new.js", Body: "alert(1)" })),
    ),
    outcomeOf(client.send(new PutObjectCommand({ Bucket, Key: "existing", Body: "other" }))),
  ];
  const removals = (client: S3Client, Bucket: string) => [
    outcomeOf(client.send(new DeleteObjectCommand({ Bucket, Key: "existing" }))),
    outcomeOf(client.send(new ListObjectsV2Command({ Bucket }))),
  ];
  const attemptAll = (client: S3Client, bucket: string) =>
    Promise.all([...writes(client, bucket), ...removals(client, bucket)]);
  const FORBIDDEN = [403, 403, 403, 403];
  const contentOf = async (Bucket: string) => {
    const { Body } = await ofOwner.send(new GetObjectCommand({ Bucket, Key: "existing" }));
    return Body?.transformToString();
  };

  test("the application cannot write, delete or list static files", async () => {
    expect(await attemptAll(ofApplication, names.static)).toEqual(FORBIDDEN);
    expect(await contentOf(names.static)).toBe("static");
  });

  test("the publisher cannot write, delete or list media, nor read private files", async () => {
    for (const bucket of [names.public, names.private]) {
      expect(await attemptAll(ofPublisher, bucket)).toEqual(FORBIDDEN);
      expect(await contentOf(bucket)).toBe(bucket === names.public ? "public" : "private");
    }
    expect(
      await outcomeOf(ofPublisher.send(new GetObjectCommand({ Bucket: names.private, Key: "existing" }))),
    ).toBe(403);
  });

  test("the application and the publisher can do their own work", async () => {
    for (const bucket of [names.public, names.private])
      expect(await Promise.all(writes(ofApplication, bucket))).toEqual(["done", "done"]);
    const { accessKeyId, secretAccessKey, endpoint, region } = publisher;
    const to = await createBucketTarget({
      bucket: names.static,
      region,
      endpoint,
      forcePathStyle: true,
      credentials: { accessKeyId, secretAccessKey },
    });
    const { added } = await site.publish("first", { to });
    expect(added).toHaveLength(5);
    site.write("public/robots.txt", "User-agent: bot");
    site.remove("public/photo.png");
    expect(await site.publish("second", { to })).toMatchObject({
      replaced: ["robots.txt"],
      removed: ["photo.png"],
    });
    to.close();
  });
}

function clientOf({ endpoint, region, accessKeyId, secretAccessKey }: TestStore): S3Client {
  return new S3Client({
    endpoint,
    region,
    credentials: { accessKeyId, secretAccessKey },
    forcePathStyle: true,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
}
