import type { StorageSettings } from "../../storage/factory";
import { callStore, type S3Connection, connectS3 } from "../../storage/s3/client";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import { acl, ownershipControls, publicAccessBlock } from "./bucket-access";
import { cors } from "./cors";
import { createIamPolicies } from "./iam-policies";
import { encryption, versioning, readVersioning } from "./versioning-and-encryption";
import { lifecycle } from "./lifecycle";
import { policy } from "./bucket-policy";
import { type BucketSpec, type BucketPurpose, type BucketSetting, type ProvisionStep, describeError } from "./bucket-setting";
import type { StaticBucketSettings, StoreSettings } from "./static-bucket";
import { createBucketInput, type RunOnScratchBucket, scratchBucketRunner } from "./scratch-bucket";

export type ProvisionInput = {
  settings: Extract<StorageSettings, { driver: "s3" }>;
  staticBucket?: StaticBucketSettings | undefined;
  appUrl: string;
  /** Seconds that a ticket lives, of any kind, and how long what has ended is kept after. */
  maxTicketSeconds: number;
  sweepGraceSeconds: number;
};

export type ProvisionReport = {
  steps: ProvisionStep[];
  policies: ReturnType<typeof createIamPolicies>;
  /** Whether everything that is needed is there, or would be. */
  done: boolean;
};

const SECONDS_PER_DAY = 86_400;
/** Milliseconds that one setting with its trials may take on top of what a call may: the longest wait of a store that is there. */
const SETTING_TIMEOUT_MS = 60_000;

const COMMON_SETTINGS: BucketSetting[] = [cors, lifecycle, versioning, encryption];

/**
 * ACLs that open something have to go before they can be switched off (AWS: InvalidBucketAclWithObjectOwnership). A policy for everybody can be written only once the block lets it. What stays of a private bucket's policy can be written only before the block, on
 * stores that take every policy for a public one (Ceph 16).
 */
const settingsFor = ({ purpose }: BucketSpec): BucketSetting[] =>
  purpose === "private"
    ? [acl, ownershipControls, policy, publicAccessBlock, ...COMMON_SETTINGS]
    : [acl, ownershipControls, publicAccessBlock, policy, ...COMMON_SETTINGS];

/**
 * Makes and sets up the buckets, or says what it would do. What is as it should be is left alone, so that a second run changes nothing. A store that
 * cannot be spoken to, or no longer, is a step that failed. Throws where two buckets are one.
 */
export async function provision(order: ProvisionInput, { dryRun }: { dryRun: boolean }): Promise<ProvisionReport> {
  const plans = planBuckets(order);
  if (new Set(plans.map(({ bucket }) => bucket.name)).size < plans.length)
    throw new Error("Public, private and static files need a bucket each; the same name is there twice.");
  const steps: ProvisionStep[] = [];
  for (const plan of plans) steps.push(...(await applyPlan(plan, dryRun)));
  const bad = steps.filter(({ outcome, needed }) => outcome === "failed" || (outcome === "unable" && needed));
  return { steps, policies: policiesFor(order), done: bad.length === 0 };
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
  const failed = (setting: string, error: unknown): ProvisionStep => {
    const told = { outcome: "failed", before: null, after: null, note: describeError(error) } as const;
    return { bucket: bucket.name, setting, needed: true, ...told };
  };
  const made = await callStore(() => createBucket(connection, store, bucket, dryRun), SETTING_TIMEOUT_MS).catch(
    (error: unknown) => failed("bucket", error),
  );
  if (made.outcome === "failed") return [made];
  const exists = made.outcome !== "planned";
  const trial: RunOnScratchBucket | null = dryRun ? null : scratchBucketRunner(connection, store, bucket.name);
  const steps = [made];
  // What cannot be told here the setting itself is told, and says.
  const status = exists ? await readVersioning(connection, bucket.name).catch(() => null) : null;
  const found = { ...bucket, isVersioned: status !== null };
  for (const setting of settingsFor(bucket)) {
    try {
      const step = await callStore(() => setting(connection, found, { exists, trial }), SETTING_TIMEOUT_MS);
      if (step) steps.push(step);
    } catch (error) {
      // What was done before is told, and nothing more is tried of a bucket that no longer answers.
      steps.push(failed("what comes next", error));
      break;
    }
  }
  return steps;
}

async function createBucket(connection: S3Connection, store: StoreSettings, bucket: BucketSpec, dryRun: boolean): Promise<ProvisionStep> {
  const { sdk, client } = connection;
  const step = { bucket: bucket.name, setting: "bucket", needed: true };
  const there = { purpose: bucket.purpose };
  try {
    await client.send(new sdk.HeadBucketCommand({ Bucket: bucket.name }));
    return { ...step, outcome: "kept", before: there, after: there };
  } catch (error) {
    if (httpStatusOf(error) === undefined) throw error;
    if (httpStatusOf(error) !== 404) {
      const note = `${describeError(error)}: it is another's, or these keys may not look`;
      return { ...step, outcome: "failed", before: null, after: null, note };
    }
  }
  if (dryRun) return { ...step, outcome: "planned", before: null, after: there };
  try {
    await client.send(new sdk.CreateBucketCommand(createBucketInput(store, bucket.name)));
  } catch (error) {
    if (errorNameOf(error) !== "BucketAlreadyOwnedByYou")
      return { ...step, outcome: "failed", before: null, after: null, note: describeError(error) };
  }
  return { ...step, outcome: "changed", before: null, after: there };
}

/** A bucket, and the store that it is or will be in. */
type BucketPlan = { bucket: BucketSpec; store: StoreSettings };

function planBuckets({ settings: place, staticBucket: statics, appUrl, maxTicketSeconds: ticketLife, sweepGraceSeconds: grace }: ProvisionInput): BucketPlan[] {
  const { origin } = new URL(appUrl);
  // The sweep takes what has ended after its grace; these never come before it.
  const wanted = Math.ceil((ticketLife + grace) / SECONDS_PER_DAY);
  const days = { unfinished: Math.max(2, wanted), quarantine: Math.max(7, wanted + 1) };
  const plan = (purpose: BucketPurpose, name: string, store: StoreSettings): BucketPlan => {
    const partition = partitionOf(store.region);
    return { store, bucket: { name, purpose, origin, expiryDays: days, partition, isVersioned: false } };
  };
  return [
    plan("private", place.buckets.private, place),
    plan("public", place.buckets.public, place),
    ...(statics ? [plan("static", statics.bucket, statics)] : []),
  ];
}

function policiesFor({ settings: place, staticBucket: statics }: ProvisionInput): ProvisionReport["policies"] {
  return createIamPolicies({
    ...place.buckets,
    partition: partitionOf(place.region),
    static: statics?.bucket,
    staticPartition: statics && partitionOf(statics.region),
  });
}

function partitionOf(region: string): string {
  if (region.startsWith("cn-")) return "aws-cn";
  return region.startsWith("us-gov-") ? "aws-us-gov" : "aws";
}
