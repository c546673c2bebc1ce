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
import { createIamPolicies } from "../provision/iam-policies";
import { httpStatusOf } from "../../storage/s3/errors";
import type { TestStore } from "../../../tests/stores/buckets";
import { createCephUser } from "../../../tests/stores/ceph-users";
import { openTestStore } from "../../../tests/stores/test-store";
import { createBucketTarget } from "./bucket-target";
import { removeBucket } from "./testing/static-bucket";
import { openTestSite, type TestSite } from "./testing/test-site";

const store = await openTestStore();
const roles = "skipped" in store ? null : await people(store);

if ("skipped" in store || !roles)
  test("who holds the keys of media and who those of static files", ({ skip }) =>
    skip("skipped" in store ? store.skipped : "This store lets nobody make users for a test."));
else describe("two users of a store with the rights that provisioning prints", () => wall(store, roles));

async function people(at: TestStore): Promise<{ application: TestStore; publisher: TestStore } | null> {
  const application = await createCephUser(at, "dossier-application");
  const publisher = await createCephUser(at, "dossier-static-publisher");
  return application && publisher ? { application, publisher } : null;
}

function wall(
  owner: TestStore,
  { application, publisher }: { application: TestStore; publisher: TestStore },
): void {
  const run = randomBytes(6).toString("hex");
  const names = {
    public: `dossier-wall-${run}-public`,
    private: `dossier-wall-${run}-private`,
    static: `dossier-wall-${run}-static`,
  };
  const [ofOwner, ofApplication, ofPublisher] = [owner, application, publisher].map(clientOf);
  if (!ofOwner || !ofApplication || !ofPublisher) throw new Error("Three clients were to be made.");
  let site: TestSite;

  beforeAll(async () => {
    site = openTestSite();
    const { application: ours, "static publisher": theirs } = createIamPolicies({ ...names, partition: "aws" });
    const granted = [
      { user: "dossier-application", statements: ours.Statement },
      { user: "dossier-static-publisher", statements: theirs?.Statement ?? [] },
    ];
    for (const [purpose, Bucket] of Object.entries(names)) {
      await ofOwner.send(new CreateBucketCommand({ Bucket }));
      const isOfBucket = (arn: string) =>
        arn === `arn:aws:s3:::${Bucket}` || arn === `arn:aws:s3:::${Bucket}/*`;
      // What each role may do, as the bucket has to say it, for these users are not of the owner's account.
      const Statement: object[] = granted.flatMap(({ user, statements }) =>
        statements.flatMap(({ Effect, Action, Resource }) => {
          const here = Resource.filter(isOfBucket);
          const Principal = { AWS: [`arn:aws:iam:::user/${user}`] };
          return here.length > 0 ? [{ Effect, Action, Resource: here, Principal }] : [];
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
      await ofOwner.send(new PutObjectCommand({ Bucket, Key: "there", Body: purpose }));
    }
  });
  afterAll(async () => {
    site.close();
    for (const name of Object.values(names)) await removeBucket(ofOwner, name);
    for (const client of [ofOwner, ofApplication, ofPublisher]) client.destroy();
  });

  /** What each attempt came to, in words or as the status of the refusal. */
  const told = (attempt: Promise<unknown>) =>
    attempt.then(
      () => "done",
      (error: unknown) => httpStatusOf(error),
    );
  const writes = (client: S3Client, Bucket: string) => [
    told(client.send(new PutObjectCommand({ Bucket, Key: "_next/static/chunks/new.js", Body: "alert(1)" }))),
    told(client.send(new PutObjectCommand({ Bucket, Key: "there", Body: "other" }))),
  ];
  const removals = (client: S3Client, Bucket: string) => [
    told(client.send(new DeleteObjectCommand({ Bucket, Key: "there" }))),
    told(client.send(new ListObjectsV2Command({ Bucket }))),
  ];
  const everything = (client: S3Client, bucket: string) =>
    Promise.all([...writes(client, bucket), ...removals(client, bucket)]);
  const REFUSED = [403, 403, 403, 403];
  const contentOf = async (Bucket: string) => {
    const { Body } = await ofOwner.send(new GetObjectCommand({ Bucket, Key: "there" }));
    return Body?.transformToString();
  };

  test("the application can neither write, replace, remove nor list a static file", async () => {
    expect(await everything(ofApplication, names.static)).toEqual(REFUSED);
    expect(await contentOf(names.static)).toBe("static");
  });

  test("the publisher can neither write, replace, remove nor list what members have handed in, nor read what is private", async () => {
    for (const bucket of [names.public, names.private]) {
      expect(await everything(ofPublisher, bucket)).toEqual(REFUSED);
      expect(await contentOf(bucket)).toBe(bucket === names.public ? "public" : "private");
    }
    expect(await told(ofPublisher.send(new GetObjectCommand({ Bucket: names.private, Key: "there" })))).toBe(
      403,
    );
  });

  test("each can do its own work with these rights", async () => {
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
    site.write("public/robots.txt", "User-agent: everybody");
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
