import type { StorageSettings } from "../../storage/drivers";
import { callStore, connectS3, type S3Connection } from "../../storage/s3/client";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import { describeError } from "../describe-error";
import type { StaticBucketSettings, StoreSettings } from "../static/static-bucket";
import { acl, ownershipControls, publicAccessBlock } from "./bucket-access";
import { policy } from "./bucket-policy";
import type { BucketPurpose, BucketSetting, BucketSpec, ProvisionStep } from "./bucket-setting";
import { cors } from "./cors";
import { createIamPolicies } from "./iam-policies";
import { lifecycle } from "./lifecycle";
import { createBucketInput, scratchBucketRunner } from "./scratch-bucket";
import { encryption, readVersioning, versioning } from "./versioning-and-encryption";

export type ProvisionInput = {
  settings: Extract<StorageSettings, { driver: "s3" }>;
  staticBucket?: StaticBucketSettings | undefined;
  appUrl: string;
  /** The longest lifetime of a ticket. */
  maxTicketSeconds: number;
  /** How long the sweep job keeps an expired upload. */
  sweepGraceSeconds: number;
};

export type ProvisionReport = {
  steps: ProvisionStep[];
  policies: ReturnType<typeof createIamPolicies>;
  /** Whether every needed setting is set, or would be. */
  done: boolean;
};

const SECONDS_PER_DAY = 86_400;
/** For one setting with its scratch tests, in addition to the timeout of a call. */
const SETTING_TIMEOUT_MS = 60_000;

const COMMON_SETTINGS: BucketSetting[] = [cors, lifecycle, versioning, encryption];

/**
 * Public ACL grants must be removed before ACLs can be switched off (AWS:
 * InvalidBucketAclWithObjectOwnership). A public policy can be written only after the block allows
 * it. The policy of a private bucket can be written only before the block, on stores that count
 * every policy as public (Ceph 16).
 */
const settingsFor = ({ purpose }: BucketSpec): BucketSetting[] =>
  purpose === "private"
    ? [acl, ownershipControls, policy, publicAccessBlock, ...COMMON_SETTINGS]
    : [acl, ownershipControls, publicAccessBlock, policy, ...COMMON_SETTINGS];

/**
 * Creates and configures the buckets, or reports what it would do. Correct settings are not
 * written, so a second run changes nothing. A store that does not respond is a failed step. Throws
 * if two buckets have one name.
 */
export async function provision(
  input: ProvisionInput,
  { dryRun }: { dryRun: boolean },
): Promise<ProvisionReport> {
  const plans = planBuckets(input);
  if (new Set(plans.map(({ bucket }) => bucket.name)).size < plans.length)
    throw new Error("Public, private and static files need a bucket each, but two names are equal.");
  const steps: ProvisionStep[] = [];
  for (const plan of plans) steps.push(...(await applyPlan(plan, dryRun)));
  const isBad = ({ outcome, needed }: ProvisionStep) =>
    outcome === "failed" || (outcome === "unable" && needed);
  return { steps, policies: policiesFor(input), done: !steps.some(isBad) };
}

async function applyPlan({ bucket, store }: BucketPlan, dryRun: boolean): Promise<ProvisionStep[]> {
  const connection = await connectS3(store, store.credentials);
  try {
    return await provisionBucket(connection, store, bucket, dryRun);
  } finally {
    connection.client.destroy();
  }
}

async function provisionBucket(
  connection: S3Connection,
  store: StoreSettings,
  bucket: BucketSpec,
  dryRun: boolean,
): Promise<ProvisionStep[]> {
  const failedStep = (setting: string, error: unknown): ProvisionStep => ({
    bucket: bucket.name,
    setting,
    outcome: "failed",
    needed: true,
    before: null,
    after: null,
    note: describeError(error),
  });
  const created = await callStore(
    () => createBucket(connection, store, bucket, dryRun),
    SETTING_TIMEOUT_MS,
  ).catch((error: unknown) => failedStep("bucket", error));
  if (created.outcome === "failed") return [created];
  const exists = created.outcome !== "planned";
  const trial = dryRun ? null : scratchBucketRunner(connection, store, bucket.name);
  const steps = [created];
  // An error here is ignored: the versioning setting below reports it.
  const status = exists ? await readVersioning(connection, bucket.name).catch(() => null) : null;
  const spec = { ...bucket, isVersioned: status !== null };
  for (const setting of settingsFor(bucket)) {
    try {
      const step = await callStore(() => setting(connection, spec, { exists, trial }), SETTING_TIMEOUT_MS);
      if (step) steps.push(step);
    } catch (error) {
      // The bucket no longer responds: the report keeps the earlier steps.
      steps.push(failedStep("remaining settings", error));
      break;
    }
  }
  return steps;
}

async function createBucket(
  connection: S3Connection,
  store: StoreSettings,
  { name, purpose }: BucketSpec,
  dryRun: boolean,
): Promise<ProvisionStep> {
  const { sdk, client } = connection;
  const step = { bucket: name, setting: "bucket", needed: true, before: null };
  const after = { purpose };
  try {
    await client.send(new sdk.HeadBucketCommand({ Bucket: name }));
    return { ...step, outcome: "kept", before: after, after };
  } catch (error) {
    if (httpStatusOf(error) === undefined) throw error;
    if (httpStatusOf(error) !== 404) {
      const note = `${describeError(error)} The bucket belongs to another account, or the credentials lack a permission.`;
      return { ...step, outcome: "failed", after: null, note };
    }
  }
  if (dryRun) return { ...step, outcome: "planned", after };
  try {
    await client.send(new sdk.CreateBucketCommand(createBucketInput(store, name)));
  } catch (error) {
    if (errorNameOf(error) !== "BucketAlreadyOwnedByYou")
      return { ...step, outcome: "failed", after: null, note: describeError(error) };
  }
  return { ...step, outcome: "changed", after };
}

/** A bucket and its store. */
type BucketPlan = { bucket: BucketSpec; store: StoreSettings };

function planBuckets({
  settings,
  staticBucket,
  appUrl,
  maxTicketSeconds,
  sweepGraceSeconds,
}: ProvisionInput): BucketPlan[] {
  const { origin } = new URL(appUrl);
  // The rules never remove an object before the sweep job does.
  const minDays = Math.ceil((maxTicketSeconds + sweepGraceSeconds) / SECONDS_PER_DAY);
  const expiryDays = { unfinished: Math.max(2, minDays), quarantine: Math.max(7, minDays + 1) };
  const plan = (purpose: BucketPurpose, name: string, store: StoreSettings): BucketPlan => {
    const partition = partitionOf(store.region);
    return { store, bucket: { name, purpose, origin, expiryDays, partition, isVersioned: false } };
  };
  return [
    plan("private", settings.buckets.private, settings),
    plan("public", settings.buckets.public, settings),
    ...(staticBucket ? [plan("static", staticBucket.bucket, staticBucket)] : []),
  ];
}

function policiesFor({ settings, staticBucket }: ProvisionInput): ProvisionReport["policies"] {
  return createIamPolicies({
    ...settings.buckets,
    partition: partitionOf(settings.region),
    static: staticBucket?.bucket,
    staticPartition: staticBucket && partitionOf(staticBucket.region),
  });
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
