import { isDeepStrictEqual } from "node:util";
import type { Connection } from "../s3/client";
import { innermost, nameOf, statusOf } from "../s3/errors";
import type { Trial } from "./trial";

/** What a bucket is for. */
export type Purpose = "public" | "private" | "static";

export type Bucket = {
  name: string;
  purpose: Purpose;
  /** Origin of the pages that talk to it. */
  origin: string;
  /** `aws`, or what stands there in the names of another partition. */
  partition: string;
  /** Days after which what is unfinished, and what waits in quarantine, is surely abandoned. */
  days: { unfinished: number; quarantine: number };
  /** Whether it keeps versions, or has kept some: what is destroyed may only be hidden. */
  versioned: boolean;
};

/**
 * `kept`: it is as it should be. `planned`: it would be changed. `unable`: the store cannot, by its own answer in `note`. `failed`: it could,
 * and did not.
 */
export type Outcome = "kept" | "changed" | "planned" | "unable" | "failed";

export type Step = {
  bucket: string;
  setting: string;
  outcome: Outcome;
  /** Whether the application does not work, or is not safe, without it. */
  needed: boolean;
  before: unknown;
  after: unknown;
  note?: string;
};

/** A setting of a bucket, whatever its type: `planned` where there is no trial, for then nothing may be changed. */
export type Setting = (
  connection: Connection,
  bucket: Bucket,
  how: { exists: boolean; trial: Trial | null },
) => Promise<Step | null>;

export type Wanted<T> = { value: T | null; note?: string };

type Declared<T> = {
  name: string;
  /** Undefined for a bucket that it says nothing about. */
  needed(bucket: Bucket): boolean | undefined;
  /** Null where nothing is set. Throws what the store answers instead. */
  read(connection: Connection, bucket: string): Promise<T | null>;
  /** What should be set, given what is; exactly that where it will do. */
  wanted(current: T | null, bucket: Bucket): Wanted<T>;
  write(connection: Connection, bucket: string, value: T | null): Promise<void>;
  /** Some stores take it and then take no more files: it is tried on a bucket of its own first, and where that fails, `lesser`. */
  delicate?: { lesser?(wanted: T): Wanted<T> };
};

export function setting<T>(declared: Declared<T>): Setting {
  return async (connection, bucket, { exists, trial }) => {
    const needed = declared.needed(bucket);
    if (needed === undefined) return null;
    const step = { bucket: bucket.name, setting: declared.name, needed };
    let before: T | null = null;
    try {
      before = exists ? await declared.read(connection, bucket.name) : null;
    } catch (error) {
      if (!(error instanceof Untold)) return { ...step, ...cannot(error), before: null, after: null };
    }
    let aim = declared.wanted(before, bucket);
    if (isDeepStrictEqual(aim.value, before))
      return { ...step, outcome: "kept", before, after: before, ...noteOf(aim) };
    if (!trial) {
      const first = declared.delicate
        ? { note: "tried on a bucket of its own first, and left off where that fails" }
        : {};
      return { ...step, outcome: "planned", before, after: aim.value, ...first, ...noteOf(aim) };
    }
    try {
      if (declared.delicate) aim = await bearable(declared, aim, trial);
    } catch (error) {
      // Nothing but the setting was there, so that a refusal for any reason is one of the setting.
      return { ...step, ...cannot(error, [400]), before, after: before };
    }
    try {
      if (isDeepStrictEqual(aim.value, before))
        return { ...step, outcome: "kept", before, after: before, ...noteOf(aim) };
      await declared.write(connection, bucket.name, aim.value);
      const after = await declared.read(connection, bucket.name);
      if (!declared.delicate?.lesser && !isDeepStrictEqual(declared.wanted(after, bucket).value, after))
        return {
          ...step,
          outcome: "unable",
          before,
          after,
          note: "The store takes it and keeps something else.",
        };
      return { ...step, outcome: "changed", before, after, ...noteOf(aim) };
    } catch (error) {
      return { ...step, ...cannot(error), before, after: before };
    }
  };
}

/** What the store can bear of `aim`. Throws where that is nothing. */
async function bearable<T>(declared: Declared<T>, aim: Wanted<T>, trial: Trial): Promise<Wanted<T>> {
  const attempt = ({ value }: Wanted<T>) =>
    trial(async (connection, scratch) => {
      await declared.write(connection, scratch, value);
      await declared.read(connection, scratch);
    });
  try {
    await attempt(aim);
    return aim;
  } catch (error) {
    const lesser = aim.value === null ? undefined : declared.delicate?.lesser?.(aim.value);
    if (!lesser) throw error;
    await attempt(lesser);
    return { ...lesser, note: `${lesser.note ?? ""} (${said(error)})` };
  }
}

/** The store answers the question with something that is no answer to it: it does not know the setting, or keeps it to itself. */
export class Untold extends Error {}

/** Waits for a setting, and gives null where the store says, in S3's own word, that there is none. */
export async function orNull<T>(asked: Promise<T>, absent: string): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (nameOf(error) === absent) return null;
    throw error;
  }
}

function noteOf({ note }: Wanted<unknown>): { note?: string } {
  return note === undefined ? {} : { note };
}

/**
 * What a refusal means: a store that does not know a setting says so with 405, 501, or that it cannot read it, or with a status of `others`. Anything
 * else is trouble, above all the other 400s: that an ACL is in the way of something is for whoever provisions to know.
 */
function cannot(error: unknown, others: number[] = []): { outcome: Outcome; note: string } {
  const status = statusOf(error) ?? 0;
  const unknown = [405, 501, ...others].includes(status) || nameOf(error) === "MalformedXML";
  return unknown || error instanceof Untold
    ? { outcome: "unable", note: said(error) }
    : { outcome: "failed", note: said(error) };
}

export function said(error: unknown): string {
  const inner = innermost(error);
  const status = statusOf(inner);
  if (status !== undefined) return `the store says ${status} ${nameOf(inner)}`;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
