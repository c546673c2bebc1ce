import { isDeepStrictEqual } from "node:util";
import type { S3Connection } from "../../storage/s3/client";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import { describeError } from "../describe-error";
import type { RunOnScratchBucket } from "./scratch-bucket";

export type BucketPurpose = "public" | "private" | "static";

export type BucketSpec = {
  name: string;
  purpose: BucketPurpose;
  /** Origin of the pages that use the bucket. */
  origin: string;
  /** The partition in ARNs: `aws` or another. */
  partition: string;
  /** Days after which unfinished uploads and quarantined objects are certainly abandoned. */
  expiryDays: { unfinished: number; quarantine: number };
  /** Whether the bucket keeps versions or kept some: a delete may only hide an object. */
  isVersioned: boolean;
};

/**
 * `kept`: nothing to change. `planned`: would be changed. `unable`: the store does not support it;
 * `note` has its response. `failed`: the store supports it, but the change failed.
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
  /** A sentence. */
  note?: string;
};

/** Applies a setting to a bucket. In a dry run `trial` is null and the step is only `planned`. */
export type BucketSetting = (
  connection: S3Connection,
  bucket: BucketSpec,
  how: { exists: boolean; trial: RunOnScratchBucket | null },
) => Promise<ProvisionStep | null>;

export type DesiredValue<T> = { value: T | null; note?: string };

type SettingDefinition<T> = {
  name: string;
  /** Undefined if the setting does not apply to the bucket. */
  isRequired(bucket: BucketSpec): boolean | undefined;
  /** Returns null if nothing is set. Throws the store's error. */
  read(connection: S3Connection, bucket: string): Promise<T | null>;
  /** Returns what should be set; the current value if that is good enough. */
  desired(current: T | null, bucket: BucketSpec): DesiredValue<T>;
  write(connection: S3Connection, bucket: string, value: T | null): Promise<void>;
  /**
   * Present if some stores reject uploads after it: it is tested on a scratch bucket, then
   * `fallback`.
   */
  scratchTest?: { fallback?(value: T): DesiredValue<T> };
};

export function defineSetting<T>(definition: SettingDefinition<T>): BucketSetting {
  return async (connection, bucket, { exists, trial }) => {
    const needed = definition.isRequired(bucket);
    if (needed === undefined) return null;
    const step = { bucket: bucket.name, setting: definition.name, needed };
    let before: T | null = null;
    try {
      before = exists ? await definition.read(connection, bucket.name) : null;
    } catch (error) {
      if (!(error instanceof UnreadableSettingError))
        return { ...step, ...outcomeOfError(error), before: null, after: null };
    }
    let desired = definition.desired(before, bucket);
    if (isDeepStrictEqual(desired.value, before))
      return { ...step, outcome: "kept", before, after: before, ...noteOf(desired) };
    if (!trial) {
      const test = definition.scratchTest
        ? { note: "Tested on a scratch bucket first, and left out if that fails." }
        : {};
      return { ...step, outcome: "planned", before, after: desired.value, ...test, ...noteOf(desired) };
    }
    try {
      if (definition.scratchTest) desired = await findAcceptedValue(definition, desired, trial);
    } catch (error) {
      // The scratch bucket has no other setting, so a 400 is about this one.
      return { ...step, ...outcomeOfError(error, [400]), before, after: before };
    }
    try {
      if (isDeepStrictEqual(desired.value, before))
        return { ...step, outcome: "kept", before, after: before, ...noteOf(desired) };
      await definition.write(connection, bucket.name, desired.value);
      const after = await definition.read(connection, bucket.name);
      if (
        !definition.scratchTest?.fallback &&
        !isDeepStrictEqual(definition.desired(after, bucket).value, after)
      ) {
        const note = "The store accepts it, but then returns another value.";
        return { ...step, outcome: "unable", before, after, note };
      }
      return { ...step, outcome: "changed", before, after, ...noteOf(desired) };
    } catch (error) {
      return { ...step, ...outcomeOfError(error), before, after: before };
    }
  };
}

/**
 * Returns the desired value or the fallback, as the store accepts it. Throws if it accepts neither.
 */
async function findAcceptedValue<T>(
  { read, write, scratchTest }: SettingDefinition<T>,
  desired: DesiredValue<T>,
  trial: RunOnScratchBucket,
): Promise<DesiredValue<T>> {
  const attempt = ({ value }: DesiredValue<T>) =>
    trial(async (connection, scratch) => {
      await write(connection, scratch, value);
      await read(connection, scratch);
    });
  try {
    await attempt(desired);
    return desired;
  } catch (error) {
    const fallback = desired.value === null ? undefined : scratchTest?.fallback?.(desired.value);
    if (!fallback) throw error;
    await attempt(fallback);
    return { ...fallback, note: `${fallback.note ?? ""} ${describeError(error)}`.trim() };
  }
}

/**
 * The response does not contain the setting: the store does not support it, or does not return it.
 */
export class UnreadableSettingError extends Error {
  constructor() {
    super("The store does not return the setting.");
  }
}

/** Returns null if the store responds with S3's error for an absent setting. */
export async function nullIfAbsent<T>(request: Promise<T>, absent: string): Promise<T | null> {
  try {
    return await request;
  } catch (error) {
    if (errorNameOf(error) === absent) return null;
    throw error;
  }
}

function noteOf({ note }: DesiredValue<unknown>): { note?: string } {
  return note === undefined ? {} : { note };
}

/**
 * Distinguishes a setting that the store does not support from a failure. The former is a 405, a
 * 501, MalformedXML or one of `otherStatuses`. Other 400s are failures that the operator has to
 * see.
 */
function outcomeOfError(
  error: unknown,
  otherStatuses: number[] = [],
): { outcome: StepOutcome; note: string } {
  const status = httpStatusOf(error) ?? 0;
  const isUnsupported =
    [405, 501, ...otherStatuses].includes(status) ||
    errorNameOf(error) === "MalformedXML" ||
    error instanceof UnreadableSettingError;
  return { outcome: isUnsupported ? "unable" : "failed", note: describeError(error) };
}
