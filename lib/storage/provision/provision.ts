import type { StorageSettings } from "../factory";
import { bounded, type Connection, connect } from "../s3/client";
import { nameOf, statusOf } from "../s3/errors";
import { acl, ownership, publicAccessBlock } from "./closing";
import { cors } from "./cors";
import { iamPolicies } from "./iam";
import { encryption, versioning, versioningOf } from "./keeping";
import { lifecycle } from "./lifecycle";
import { policy } from "./policy";
import { type Bucket, type Purpose, type Setting, type Step, said } from "./setting";
import type { Statics, Store } from "./statics";
import { creation, type Trial, trials } from "./trial";

export type Order = {
  place: Extract<StorageSettings, { driver: "s3" }>;
  statics?: Statics | undefined;
  appUrl: string;
  /** Seconds that a ticket lives, of any kind, and how long what has ended is kept after. */
  ticketLife: number;
  grace: number;
};

export type Provision = {
  steps: Step[];
  policies: ReturnType<typeof iamPolicies>;
  /** Whether everything that is needed is there, or would be. */
  done: boolean;
};

const DAY = 86_400;
/** Milliseconds that one setting with its trials may take on top of what a call may: the longest wait of a store that is there. */
const PATIENCE = 60_000;

const REST: Setting[] = [cors, lifecycle, versioning, encryption];

/**
 * ACLs that open something have to go before they can be switched off (AWS: InvalidBucketAclWithObjectOwnership). A policy for everybody can be written only once the block lets it. What stays of a private bucket's policy can be written only before the block, on
 * stores that take every policy for a public one (Ceph 16).
 */
const settingsOf = ({ purpose }: Bucket): Setting[] =>
  purpose === "private"
    ? [acl, ownership, policy, publicAccessBlock, ...REST]
    : [acl, ownership, publicAccessBlock, policy, ...REST];

/**
 * Makes and sets up the buckets, or says what it would do. What is as it should be is left alone, so that a second run changes nothing. A store that
 * cannot be spoken to, or no longer, is a step that failed. Throws where two buckets are one.
 */
export async function provision(order: Order, { dryRun }: { dryRun: boolean }): Promise<Provision> {
  const plans = plansOf(order);
  if (new Set(plans.map(({ bucket }) => bucket.name)).size < plans.length)
    throw new Error("Public, private and static files need a bucket each; the same name is there twice.");
  const steps: Step[] = [];
  for (const plan of plans) steps.push(...(await carryOut(plan, dryRun)));
  const bad = steps.filter(({ outcome, needed }) => outcome === "failed" || (outcome === "unable" && needed));
  return { steps, policies: policiesOf(order), done: bad.length === 0 };
}

async function carryOut({ bucket, store }: Plan, dryRun: boolean): Promise<Step[]> {
  const connection = await connect(store, store.credentials);
  try {
    return await provisionBucket(connection, store, bucket, dryRun);
  } finally {
    connection.client.destroy();
  }
}

async function provisionBucket(
  connection: Connection,
  store: Store,
  bucket: Bucket,
  dryRun: boolean,
): Promise<Step[]> {
  const failed = (setting: string, error: unknown): Step => {
    const told = { outcome: "failed", before: null, after: null, note: said(error) } as const;
    return { bucket: bucket.name, setting, needed: true, ...told };
  };
  const made = await bounded(() => make(connection, store, bucket, dryRun), PATIENCE).catch(
    (error: unknown) => failed("bucket", error),
  );
  if (made.outcome === "failed") return [made];
  const exists = made.outcome !== "planned";
  const trial: Trial | null = dryRun ? null : trials(connection, store, bucket.name);
  const steps = [made];
  // What cannot be told here the setting itself is told, and says.
  const status = exists ? await versioningOf(connection, bucket.name).catch(() => null) : null;
  const found = { ...bucket, versioned: status !== null };
  for (const setting of settingsOf(bucket)) {
    try {
      const step = await bounded(() => setting(connection, found, { exists, trial }), PATIENCE);
      if (step) steps.push(step);
    } catch (error) {
      // What was done before is told, and nothing more is tried of a bucket that no longer answers.
      steps.push(failed("what comes next", error));
      break;
    }
  }
  return steps;
}

async function make(connection: Connection, store: Store, bucket: Bucket, dryRun: boolean): Promise<Step> {
  const { sdk, client } = connection;
  const step = { bucket: bucket.name, setting: "bucket", needed: true };
  const there = { purpose: bucket.purpose };
  try {
    await client.send(new sdk.HeadBucketCommand({ Bucket: bucket.name }));
    return { ...step, outcome: "kept", before: there, after: there };
  } catch (error) {
    if (statusOf(error) === undefined) throw error;
    if (statusOf(error) !== 404) {
      const note = `${said(error)}: it is another's, or these keys may not look`;
      return { ...step, outcome: "failed", before: null, after: null, note };
    }
  }
  if (dryRun) return { ...step, outcome: "planned", before: null, after: there };
  try {
    await client.send(new sdk.CreateBucketCommand(creation(store, bucket.name)));
  } catch (error) {
    if (nameOf(error) !== "BucketAlreadyOwnedByYou")
      return { ...step, outcome: "failed", before: null, after: null, note: said(error) };
  }
  return { ...step, outcome: "changed", before: null, after: there };
}

/** A bucket, and the store that it is or will be in. */
type Plan = { bucket: Bucket; store: Store };

function plansOf({ place, statics, appUrl, ticketLife, grace }: Order): Plan[] {
  const { origin } = new URL(appUrl);
  // The sweep takes what has ended after its grace; these never come before it.
  const wanted = Math.ceil((ticketLife + grace) / DAY);
  const days = { unfinished: Math.max(2, wanted), quarantine: Math.max(7, wanted + 1) };
  const plan = (purpose: Purpose, name: string, store: Store): Plan => {
    const partition = partitionOf(store.region);
    return { store, bucket: { name, purpose, origin, days, partition, versioned: false } };
  };
  return [
    plan("private", place.buckets.private, place),
    plan("public", place.buckets.public, place),
    ...(statics ? [plan("static", statics.bucket, statics)] : []),
  ];
}

function policiesOf({ place, statics }: Order): Provision["policies"] {
  return iamPolicies({
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
