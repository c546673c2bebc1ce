import type { HeadObjectCommandOutput, S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { Problem } from "../../errors";
import { withinBudget } from "../time-budget";
import type { BucketLocation } from "./bucket-url";
import type { Credentials } from "./credentials";
import { storeUnreachable, toStoreProblem } from "./errors";

type Sdk = typeof import("@aws-sdk/client-s3");
export type S3Connection = { sdk: Sdk; client: S3Client };
export type HeadResult = HeadObjectCommandOutput;

const ignoreMessage = () => undefined;
const SILENT_LOGGER = {
  trace: ignoreMessage,
  debug: ignoreMessage,
  info: ignoreMessage,
  warn: ignoreMessage,
  error: ignoreMessage,
};

/**
 * Loads the SDK and creates a client. Called before the first request to the store and not
 * earlier, because the upload ticket only signs and must start fast.
 */
export async function connectS3(
  location: Omit<BucketLocation, "bucket">,
  credentials: Credentials | (() => Promise<Credentials>) | undefined,
  overrides: Pick<S3ClientConfig, "maxAttempts" | "systemClockOffset"> = {},
): Promise<S3Connection> {
  const sdk = await import("@aws-sdk/client-s3");
  const client = new sdk.S3Client({
    region: location.region,
    forcePathStyle: location.forcePathStyle,
    ...(location.endpoint ? { endpoint: location.endpoint } : {}),
    ...(credentials ? { credentials } : {}),
    maxAttempts: 3,
    // Every failure is thrown as a problem with its cause, so the SDK need not log it as well.
    logger: SILENT_LOGGER,
    // By default the SDK adds a CRC32 and sends streams in chunks, which other stores reject (411).
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    // A store that never sends "100 Continue" would delay bodies of 2 MiB and more by 6 s.
    expectContinueHeader: false,
    requestHandler: {
      connectionTimeout: 1200,
      httpAgent: { maxSockets: 64 },
      httpsAgent: { maxSockets: 64 },
    },
    ...overrides,
  });
  return { sdk, client };
}

/**
 * Runs calls to the store and turns every failure into a problem. All calls together may take
 * what remains of the request's time budget (at most `STORE_TIMEOUT_MS`) plus `extraMs`.
 */
export function callStore<T>(work: (signal: AbortSignal) => Promise<T>, extraMs = 0): Promise<T> {
  return withinBudget(async (remainingMs) => {
    if (remainingMs === 0)
      throw storeUnreachable(new Error("The calls of this request have used up the time for the store"));
    return withTimeout(remainingMs + extraMs, work);
  });
}

async function withTimeout<T>(milliseconds: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(storeUnreachable(new Error(`No response within ${milliseconds} ms`)));
      controller.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([work(controller.signal), timeout]);
  } catch (error) {
    throw error instanceof Problem ? error : toStoreProblem(error);
  } finally {
    clearTimeout(timer);
  }
}
