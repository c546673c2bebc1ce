import { buffer } from "node:stream/consumers";
import { connectS3 } from "../../storage/s3/client";
import { httpStatusOf } from "../../storage/s3/errors";
import { describeError } from "../describe-error";
import { describeStatus, isClientError, isSuccess, sendRequest } from "../http-prober";
import type { StaticBucketSettings } from "../static/static-bucket";
import { createSample, type ProbeContext, SAMPLE, STORAGE_CLASSES } from "./probe-context";
import {
  type Check,
  type CheckResult,
  failedResult,
  PERMISSIONS_FIX,
  passedResult,
  warningResult,
} from "./run-checks";

/** Checks what the server does with objects, and what a signed URL for reading allows. */
export function objectChecks(context: ProbeContext): Check[] {
  const { staticBucket } = context.input;
  return [
    ...(staticBucket
      ? [
          {
            check: "static-apart",
            title: "The application's credentials cannot write to the static bucket",
            run: () => checkStaticBucketSeparate(context, staticBucket),
          },
        ]
      : []),
    {
      check: "write-read-remove",
      title: "The application writes, reads and deletes objects in both buckets",
      run: () => checkReadWriteRemove(context),
    },
    { check: "range", title: "The store returns a range of an object", run: () => checkRange(context) },
    { check: "copy", title: "The store copies an object", run: () => checkCopy(context) },
    {
      check: "read-address",
      title: "A signed URL opens one object, with the signed type and name",
      run: () => checkSignedRead(context),
    },
    {
      check: "lifetime",
      title: "Signed URLs expire no later than their credentials",
      run: () => checkUrlLifetime(context),
    },
  ];
}

async function checkReadWriteRemove({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const [storage, key] = [storages[name], newKey()];
    await storage.put(key, SAMPLE.bytes, SAMPLE.ticket);
    const bytes = await storage.read(key).then(buffer);
    await storage.remove(key);
    if (!bytes.equals(SAMPLE.bytes))
      return failedResult(
        `The ${name} bucket returns other bytes than were written.`,
        "Use another store: this one loses files.",
      );
    if (await storage.stat(key))
      return failedResult(
        `Deleted objects of the ${name} bucket still exist.`,
        `The credentials need \`s3:DeleteObject\`. ${PERMISSIONS_FIX}`,
      );
  }
  return passedResult("It does, and deleted objects no longer exist.");
}

/**
 * Writes with the application's credentials to the store of the static bucket, which may be
 * another.
 */
async function checkStaticBucketSeparate(
  { credentials, newKey }: ProbeContext,
  staticBucket: StaticBucketSettings,
): Promise<CheckResult> {
  const { bucket: Bucket } = staticBucket;
  const Key = newKey();
  const { sdk, client } = await connectS3(staticBucket, credentials, { maxAttempts: 1 });
  try {
    await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: "x" }));
    await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
  } catch (error) {
    if (httpStatusOf(error) === 403) return passedResult("The store rejects the write.");
    return warningResult(
      `The static bucket ${Bucket} cannot be tested. ${describeError(error)}`,
      "Run `npm run storage -- provision` to create it, or correct its name and the STATIC_S3_* variables.",
    );
  } finally {
    client.destroy();
  }
  return warningResult(
    "They can: an attacker with these credentials can put scripts on the application's pages.",
    "Give the application credentials of its own, with the policy that `npm run storage -- provision --dry-run` prints.",
  );
}

async function checkRange({ storages: { private: storage }, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storage.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    const bytes = await storage.read(key, { start: 5, end: 9 }).then(buffer);
    return bytes.equals(SAMPLE.bytes.subarray(5, 10))
      ? passedResult("It returns the requested bytes.")
      : failedResult(
          "It returns other bytes than requested.",
          "Use another store: the application inspects large files by ranges.",
        );
  } finally {
    await storage.remove(key);
  }
}

async function checkCopy({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  const [key, copyKey] = [newKey(), newKey()];
  const { private: source, public: target } = storages;
  await source.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    await source.copy(key, target, copyKey, SAMPLE.ticket);
    const bytes = await target.read(copyKey).then(buffer);
    return bytes.equals(SAMPLE.bytes)
      ? passedResult("It does, from one bucket to the other.")
      : failedResult(
          "The copy has other bytes.",
          "Use another store: with this one the application accepts no upload.",
        );
  } finally {
    await source.remove(key);
    await target.remove(copyKey);
  }
}

async function checkSignedRead({
  storages: { private: storage },
  newKey,
}: ProbeContext): Promise<CheckResult> {
  const [key, otherKey] = [newKey(), newKey()];
  const { bytes, ticket } = createSample("<script>alert(1)</script>");
  await storage.put(key, bytes, { ...ticket, type: "text/html" });
  try {
    const signed = {
      type: "application/pdf",
      disposition: "attachment",
      name: "a.pdf",
      expiresIn: 60,
    } as const;
    const url = await storage.signGet(key, signed);
    const response = await sendRequest({ url });
    if (!isSuccess(response))
      return failedResult(
        `The store responds ${describeStatus(response)}.`,
        "Give the credentials `s3:GetObject`. Set S3_BROWSER_ENDPOINT to the URL that browsers use: the signature contains it.",
      );
    const [type, disposition, cache] = ["content-type", "content-disposition", "cache-control"].map((name) =>
      response.headers.get(name),
    );
    if (type !== signed.type || !disposition?.startsWith("attachment"))
      return failedResult(
        `The object has the type ${type} and the disposition ${disposition ?? "inline"}, unlike the signed URL.`,
        "The store, or a proxy before it, ignores signed `response-…` parameters: browsers would display an uploaded HTML page. Use another store or proxy.",
      );
    const other = await sendRequest({ url: url.replace(key, otherKey) });
    if (!isClientError(other) || other.status === 404)
      return failedResult(
        `The store responds ${describeStatus(other)} to the same signature on another key.`,
        "Use another store: this one does not verify signatures.",
      );
    return cache?.includes("no-store")
      ? passedResult("It does, and caches may not store it.")
      : warningResult(
          `Caches may store the response (Cache-Control: ${cache ?? "none"}).`,
          "Configure the proxy before the store to keep `Cache-Control`.",
        );
  } finally {
    await storage.remove(key);
  }
}

async function checkUrlLifetime({
  input,
  storages,
  clock,
  credentials,
  newKey,
}: ProbeContext): Promise<CheckResult> {
  const { expiration } = await credentials();
  const ticket = { ...SAMPLE.ticket, expiresIn: input.uploadTtl };
  const { expiresAt } = await storages.private.signPut(newKey(), ticket);
  if (!expiration) return passedResult("The credentials do not expire.");
  if (expiresAt > expiration)
    return failedResult(
      "A signed URL claims to be valid for longer than its credentials.",
      "This is a defect of the application. Please report it.",
    );
  const minutes = Math.floor((expiration.getTime() - clock.now().getTime()) / 60_000);
  return minutes * 60 < input.uploadTtl
    ? warningResult(
        `The credentials expire in ${minutes} minutes, and so does every ticket. UPLOAD_TTL is ${Math.round(input.uploadTtl / 60)} minutes.`,
        "Give the role longer sessions. Otherwise a slow upload gets a new ticket.",
      )
    : passedResult(`The credentials expire in ${minutes} minutes, and no URL is valid for longer.`);
}
