import { isDeepStrictEqual } from "node:util";
import type { S3Connection } from "../../storage/s3/client";
import { rootCauseOf, errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import type { RunOnScratchBucket } from "./scratch-bucket";

/** What a bucket is for. */
export type BucketPurpose = "public" | "private" | "static";

export type BucketSpec = {
  name: string;
  purpose: BucketPurpose;
  /** Origin of the pages that talk to it. */
  origin: string;
  /** `aws`, or what stands there in the names of another partition. */
  partition: string;
  /** Days after which what is unfinished, and what waits in quarantine, is surely abandoned. */
  expiryDays: { unfinished: number; quarantine: number };
  /** Whether it keeps versions, or has kept some: what is destroyed may only be hidden. */
  isVersioned: boolean;
};

/**
 * `kept`: it is as it should be. `planned`: it would be changed. `unable`: the store cannot, by its own answer in `note`. `failed`: it could,
 * and did not.
 */
export type StepOutcome = "kept" | "changed" | "planned" | "unable" | "failed";

export type ProvisionStep = {
  bucket: string;
  setting: string;
  outcome: StepOutcome;
  /** Whether the application does not work, or is not safe, without it. */
  needed: boolean;
  before: unknown;
  after: unknown;
  note?: string;
};

/** A setting of a bucket, whatever its type: `planned` where there is no trial, for then nothing may be changed. */
export type BucketSetting = (
  connection: S3Connection,
  bucket: BucketSpec,
  how: { exists: boolean; trial: RunOnScratchBucket | null },
) => Promise<ProvisionStep | null>;

export type DesiredValue<T> = { value: T | null; note?: string };

type SettingDefinition<T> = {
  name: string;
  /** Undefined for a bucket that it says nothing about. */
  isRequired(bucket: BucketSpec): boolean | undefined;
  /** Null where nothing is set. Throws what the store answers instead. */
  read(connection: S3Connection, bucket: string): Promise<T | null>;
  /** What should be set, given what is; exactly that where it will do. */
  desired(current: T | null, bucket: BucketSpec): DesiredValue<T>;
  write(connection: S3Connection, bucket: string, value: T | null): Promise<void>;
  /** Some stores take it and then take no more files: it is tried on a bucket of its own first, and where that fails, `lesser`. */
  scratchTest?: { fallback?(wanted: T): DesiredValue<T> };
};

export function defineSetting<T>(declared: SettingDefinition<T>): BucketSetting {
  return async (connection, bucket, { exists, trial }) => {
    const needed = declared.isRequired(bucket);
    if (needed === undefined) return null;
    const step = { bucket: bucket.name, setting: declared.name, needed };
    let before: T | null = null;
    try {
      before = exists ? await declared.read(connection, bucket.name) : null;
    } catch (error) {
      if (!(error instanceof UnreadableSettingError)) return { ...step, ...outcomeOfError(error), before: null, after: null };
    }
    let aim = declared.desired(before, bucket);
    if (isDeepStrictEqual(aim.value, before))
      return { ...step, outcome: "kept", before, after: before, ...noteOf(aim) };
    if (!trial) {
      const first = declared.scratchTest
        ? { note: "tried on a bucket of its own first, and left off where that fails" }
        : {};
      return { ...step, outcome: "planned", before, after: aim.value, ...first, ...noteOf(aim) };
    }
    try {
      if (declared.scratchTest) aim = await findAcceptedValue(declared, aim, trial);
    } catch (error) {
      // Nothing but the setting was there, so that a refusal for any reason is one of the setting.
      return { ...step, ...outcomeOfError(error, [400]), before, after: before };
    }
    try {
      if (isDeepStrictEqual(aim.value, before))
        return { ...step, outcome: "kept", before, after: before, ...noteOf(aim) };
      await declared.write(connection, bucket.name, aim.value);
      const after = await declared.read(connection, bucket.name);
      if (!declared.scratchTest?.fallback && !isDeepStrictEqual(declared.desired(after, bucket).value, after))
        return {
          ...step,
          outcome: "unable",
          before,
          after,
          note: "The store takes it and keeps something else.",
        };
      return { ...step, outcome: "changed", before, after, ...noteOf(aim) };
    } catch (error) {
      return { ...step, ...outcomeOfError(error), before, after: before };
    }
  };
}

/** What the store can bear of `aim`. Throws where that is nothing. */
async function findAcceptedValue<T>(declared: SettingDefinition<T>, aim: DesiredValue<T>, trial: RunOnScratchBucket): Promise<DesiredValue<T>> {
  const attempt = ({ value }: DesiredValue<T>) =>
    trial(async (connection, scratch) => {
      await declared.write(connection, scratch, value);
      await declared.read(connection, scratch);
    });
  try {
    await attempt(aim);
    return aim;
  } catch (error) {
    const lesser = aim.value === null ? undefined : declared.scratchTest?.fallback?.(aim.value);
    if (!lesser) throw error;
    await attempt(lesser);
    return { ...lesser, note: `${lesser.note ?? ""} (${describeError(error)})` };
  }
}

/** The store answers the question with something that is no answer to it: it does not know the setting, or keeps it to itself. */
export class UnreadableSettingError extends Error {}

/** Waits for a setting, and gives null where the store says, in S3's own word, that there is none. */
export async function nullIfAbsent<T>(asked: Promise<T>, absent: string): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (errorNameOf(error) === absent) return null;
    throw error;
  }
}

function noteOf({ note }: DesiredValue<unknown>): { note?: string } {
  return note === undefined ? {} : { note };
}

/**
 * What a refusal means: a store that does not know a setting says so with 405, 501, or that it cannot read it, or with a status of `others`. Anything
 * else is trouble, above all the other 400s: that an ACL is in the way of something is for whoever provisions to know.
 */
function outcomeOfError(error: unknown, others: number[] = []): { outcome: StepOutcome; note: string } {
  const status = httpStatusOf(error) ?? 0;
  const unknown = [405, 501, ...others].includes(status) || errorNameOf(error) === "MalformedXML";
  return unknown || error instanceof UnreadableSettingError
    ? { outcome: "unable", note: describeError(error) }
    : { outcome: "failed", note: describeError(error) };
}

export function describeError(error: unknown): string {
  const inner = rootCauseOf(error);
  const status = httpStatusOf(inner);
  if (status !== undefined) return `the store says ${status} ${errorNameOf(inner)}`;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
