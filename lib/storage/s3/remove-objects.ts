import { hash } from "node:crypto";
import type { DeleteObjectsCommand } from "@aws-sdk/client-s3";
import type { S3Bucket } from "./bucket";
import { callStore } from "./client";
import { invalidResponse, toStoreProblem, storeUnreachable } from "./errors";

/** S3's own limit for one request. */
const MAX_KEYS_PER_REQUEST = 1000;
/** Milliseconds that a store may take for each object of a request. */
const MS_PER_KEY = 20;

export async function removeObject(bucket: S3Bucket, key: string): Promise<void> {
  const at = bucket.locate(key);
  await callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    try {
      const { $metadata } = await client.send(new sdk.DeleteObjectCommand(at), { abortSignal: signal });
      if ($metadata.httpStatusCode !== 204) throw invalidResponse("a deletion that is not 204");
    } catch (error) {
      if (toStoreProblem(error).code !== "not_found") throw error;
    }
  });
}

export async function removeObjects(bucket: S3Bucket, keys: readonly string[]): Promise<void> {
  const wanted = [...new Set(keys)].map((key) => ({ Key: bucket.locate(key).Key }));
  for (let at = 0; at < wanted.length; at += MAX_KEYS_PER_REQUEST)
    await removeBatch(bucket, wanted.slice(at, at + MAX_KEYS_PER_REQUEST));
}

async function removeBatch(bucket: S3Bucket, wanted: { Key: string }[]): Promise<void> {
  await callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    // Not "quiet": the answer to that says nothing where all went well, and nothing is what anything could say.
    const command = new sdk.DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects: wanted } });
    addMd5(command);
    const { Deleted = [], Errors = [] } = await client.send(command, { abortSignal: signal });
    const failed = Errors.filter(({ Code }) => Code !== "NoSuchKey");
    if (failed.length > 0)
      throw storeUnreachable(new Error(failed.map(({ Key, Code }) => `${Key}: ${Code}`).join(", ")));
    const told = new Set([...Deleted, ...Errors].map(({ Key }) => Key));
    if (!wanted.every(({ Key }) => told.has(Key))) throw invalidResponse("a deletion that leaves keys out");
  }, wanted.length * MS_PER_KEY);
}

/** The SDK sends a CRC32 of its body, which AWS takes; stores that are older than that ask for the MD5. */
function addMd5(command: DeleteObjectsCommand): void {
  command.middlewareStack.add(
    (next) => (args) => {
      const { request } = args;
      if (typeof request !== "object" || request === null) return next(args);
      if ("body" in request && typeof request.body === "string" && "headers" in request)
        Object.assign(request.headers ?? {}, { "content-md5": hash("md5", request.body, "base64") });
      return next(args);
    },
    { step: "build", name: "contentMd5" },
  );
}
