import { randomUUID } from "node:crypto";
import type { Readable } from "node:stream";
import type { PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { Problem } from "../../errors";
import { requireExactLength, startStallTimer, WrongLengthError, wrongLengthProblem } from "../stream-checks";
import type { S3Bucket } from "./bucket";
import { attemptCountOf, invalidResponse, storeUnreachable, toStoreProblem } from "./errors";

/** Milliseconds without a byte after which a transfer has failed. */
const STALL_TIMEOUT_MS = 4500;

type PutInput = Omit<PutObjectCommandInput, "Bucket" | "Key" | "Body"> & { Bucket: string; Key: string };

/** Writes bytes that are in memory; the SDK retries. */
export async function sendBytes(
  bucket: S3Bucket,
  input: PutInput & { Body: Uint8Array },
  signal: AbortSignal,
): Promise<void> {
  const { sdk, client } = await bucket.connect();
  // Marks this write: if a response is lost, a retry gets `conflict` because of its own object.
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

/** Writes `size` bytes of a stream. Fails only if no byte moves for the stall timeout. */
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
  const stallTimer = startStallTimer(STALL_TIMEOUT_MS, () => fail(stallProblem()));
  const toError = (error: Error) => (error instanceof WrongLengthError ? wrongLengthProblem(size) : error);
  const body = requireExactLength(source, size, { onChunk: stallTimer.reset, toError });
  // The SDK does not listen to errors of its body.
  body.once("error", fail);
  const sent = client
    .send(new sdk.PutObjectCommand({ ...input, Body: body }), { abortSignal: controller.signal })
    .catch((error: unknown) => Promise.reject(toStoreProblem(error)));
  try {
    const { ETag } = await Promise.race([failed, sent]);
    if (!ETag) throw invalidResponse("a write without an ETag");
  } finally {
    stallTimer.stop();
    body.destroy();
  }
}

/** Passes on the bytes of the store. Time that the consumer takes does not count as a stall. */
export function receiveStream(source: Readable, size: number): Readable {
  const stallTimer = startStallTimer(
    STALL_TIMEOUT_MS,
    () => body.destroy(stallProblem()),
    () => body.writableNeedDrain,
  );
  const body = requireExactLength(source, size, { onChunk: stallTimer.reset, toError: storeUnreachable });
  body.once("close", stallTimer.stop);
  return body;
}

function stallProblem(): Problem {
  return storeUnreachable(new Error(`No byte for ${STALL_TIMEOUT_MS} ms`));
}
