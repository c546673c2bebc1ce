import type { HeadObjectCommandOutput, S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { Problem } from "../../errors";
import { withinBudget } from "../time-budget";
import type { BucketLocation } from "./bucket-url";
import { toStoreProblem, storeUnreachable } from "./errors";
import type { Credentials } from "./sigv4";

type Sdk = typeof import("@aws-sdk/client-s3");
export type S3Connection = { sdk: Sdk; client: S3Client };
export type HeadResult = HeadObjectCommandOutput;

const ignoreMessage = () => undefined;
const SILENT_LOGGER = { trace: ignoreMessage, debug: ignoreMessage, info: ignoreMessage, warn: ignoreMessage, error: ignoreMessage };

/** Loads the SDK and opens a client: at the first call and not before, for the upload ticket only signs and must start fast. */
export async function connectS3(
  place: Omit<BucketLocation, "bucket">,
  credentials: Credentials | (() => Promise<Credentials>) | undefined,
  otherwise: Pick<S3ClientConfig, "maxAttempts" | "systemClockOffset"> = {},
): Promise<S3Connection> {
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    region: place.region,
    forcePathStyle: place.forcePathStyle,
    ...(place.endpoint ? { endpoint: place.endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    // Every failure leaves here as a problem with its cause; the SDK need not write to the console as well.
    logger: SILENT_LOGGER,
    // By default the SDK adds a CRC32 of its own and chunks streams for it, which other stores refuse (411).
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // Waiting for "100 Continue" before a body of 2 MiB or more takes 6 s where a store never says it.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: 1200,
      httpAgent: { maxSockets: 64 },
      httpsAgent: { maxSockets: 64 },
    },
    ...otherwise,
  });
  return { sdk, client };
}

/**
 * Runs calls to the store that must all be over in PATIENCE and `more` milliseconds, or in what the request that makes them has left of the first;
 * whatever goes wrong becomes a problem.
 */
export function callStore<T>(work: (signal: AbortSignal) => Promise<T>, more = 0): Promise<T> {
  return withinBudget(async (left) => {
    if (left === 0) throw storeUnreachable(new Error("The store has had all the time of this request"));
    return withTimeout(left + more, work);
  });
}

async function withTimeout<T>(patience: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(storeUnreachable(new Error(`No answer within ${patience} ms`)));
      controller.abort();
    }, patience);
  });
  try {
    return await Promise.race([work(controller.signal), late]);
  } catch (error) {
    throw error instanceof Problem ? error : toStoreProblem(error);
  } finally {
    clearTimeout(timer);
  }
}
