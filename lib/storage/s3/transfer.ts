import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { Problem } from "../../errors";
import { requireExactLength, WrongLengthError, startStallTimer, wrongLengthProblem } from "../stream-checks";
import type { S3Bucket } from "./bucket";
import { attemptCountOf, invalidResponse, toStoreProblem, storeUnreachable } from "./errors";

/** Milliseconds without a single byte after which a transfer has failed. */
const STALL_TIMEOUT_MS = 4500;

type PutInput = Omit<PutObjectCommandInput, "Bucket" | "Key" | "Body"> & { Bucket: string; Key: string };

/** Sends bytes that are all there, as often as the SDK deems right. */
export async function sendBytes(
  bucket: S3Bucket,
  input: PutInput & { Body: Uint8Array },
  signal: AbortSignal,
): Promise<void> {
  const { sdk, client } = await bucket.connect();
  // Our own mark on this write: where an answer is lost and the SDK tries again, "it exists" may mean that we were the ones.
  const write = randomUUID();
  const command = new sdk.PutObjectCommand({ ...input, Metadata: { write } });
  try {
    const { ETag } = await client.send(command, { abortSignal: signal });
    if (!ETag) throw invalidResponse("a write without an ETag");
  } catch (error) {
    if (toStoreProblem(error).code !== "conflict" || attemptCountOf(error) === 1) throw error;
    const head = await bucket.head({ Bucket: input.Bucket, Key: input.Key }, signal);
    if (head?.Metadata?.write !== write) throw error;
  }
}

/** Sends `size` bytes as they flow, for as long as they do. */
export async function sendStream(
  bucket: S3Bucket,
  input: PutInput,
  source: Readable,
  size: number,
): Promise<void> {
  const { sdk, client } = await bucket.connect();
  const controller = new AbortController();
  const { promise: failed, reject } = Promise.withResolvers<never>();
  const fail = (error: unknown) => {
    reject(error);
    controller.abort();
  };
  const stall = startStallTimer(STALL_TIMEOUT_MS, () => fail(stallProblem()));
  const broken = (error: Error) => (error instanceof WrongLengthError ? wrongLengthProblem(size) : error);
  const body = requireExactLength(source, size, { moved: stall.reset, broken });
  // The SDK does not listen to its body's errors.
  body.once("error", fail);
  const sent = client
    .send(new sdk.PutObjectCommand({ ...input, Body: body }), { abortSignal: controller.signal })
    .catch((error: unknown) => Promise.reject(toStoreProblem(error)));
  try {
    const { ETag } = await Promise.race([failed, sent]);
    if (!ETag) throw invalidResponse("a write without an ETag");
  } finally {
    stall.stop();
    body.destroy();
  }
}

/** What the store sends, as long as it keeps sending; a consumer that takes its time is none of the store's fault. */
export function receiveStream(source: Readable, size: number): Readable {
  const stall = startStallTimer(
    STALL_TIMEOUT_MS,
    () => body.destroy(stallProblem()),
    () => body.writableNeedDrain,
  );
  const body = requireExactLength(source, size, { moved: stall.reset, broken: storeUnreachable });
  body.once("close", stall.stop);
  return body;
}

function stallProblem(): Problem {
  return storeUnreachable(new Error(`No byte for ${STALL_TIMEOUT_MS} ms`));
}
