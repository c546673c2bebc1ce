import { hash } from "node:crypto";
import type { DeleteObjectsCommand } from "@aws-sdk/client-s3";
import type { S3Bucket } from "./bucket";
import { callStore } from "./client";
import { invalidResponse, storeUnreachable, toStoreProblem } from "./errors";

/** S3's limit for one request. */
const MAX_KEYS_PER_REQUEST = 1000;
/** Milliseconds added to the timeout for each object of a request. */
const MS_PER_KEY = 20;

export async function removeObject(bucket: S3Bucket, key: string): Promise<void> {
  const object = bucket.locate(key);
  await callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    try {
      const { $metadata } = await client.send(new sdk.DeleteObjectCommand(object), { abortSignal: signal });
      if ($metadata.httpStatusCode !== 204) throw invalidResponse("a deletion that is not 204");
    } catch (error) {
      if (toStoreProblem(error).code !== "not_found") throw error;
    }
  });
}

export async function removeObjects(bucket: S3Bucket, keys: readonly string[]): Promise<void> {
  const objects = [...new Set(keys)].map((key) => ({ Key: bucket.locate(key).Key }));
  for (let start = 0; start < objects.length; start += MAX_KEYS_PER_REQUEST)
    await removeBatch(bucket, objects.slice(start, start + MAX_KEYS_PER_REQUEST));
}

async function removeBatch(bucket: S3Bucket, objects: { Key: string }[]): Promise<void> {
  await callStore(async (signal) => {
    const { sdk, client } = await bucket.connect();
    // Not in "quiet" mode, whose success is an empty body that any server could send.
    const command = new sdk.DeleteObjectsCommand({ Bucket: bucket.name, Delete: { Objects: objects } });
    addMd5(command);
    const { Deleted = [], Errors = [] } = await client.send(command, { abortSignal: signal });
    const failed = Errors.filter(({ Code }) => Code !== "NoSuchKey");
    if (failed.length > 0)
      throw storeUnreachable(new Error(failed.map(({ Key, Code }) => `${Key}: ${Code}`).join(", ")));
    const reported = new Set([...Deleted, ...Errors].map(({ Key }) => Key));
    if (!objects.every(({ Key }) => reported.has(Key))) throw invalidResponse("a deletion that omits keys");
  }, objects.length * MS_PER_KEY);
}

/** Adds Content-MD5. The SDK sends a CRC32, which AWS accepts; older stores require the MD5. */
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
