import { buffer } from "node:stream/consumers";
import type { StaticBucketSettings } from "../provision/static-bucket";
import { connectS3 } from "../../storage/s3/client";
import { httpStatusOf } from "../../storage/s3/errors";
import { STORAGE_CLASSES, type ProbeContext, SAMPLE, createSample } from "./probe-context";
import { type Check, failedResult, passedResult, PERMISSIONS_FIX, describeError, type CheckResult, warningResult } from "./report";
import { isSuccess, sendRequest, describeRefusal, isClientError } from "./http-request";

/** What the server does with objects, and what a signed address for reading does. */
export function objectChecks(patient: ProbeContext): Check[] {
  const { staticBucket: statics } = patient.input;
  return [
    ...(statics
      ? [
          {
            check: "static-apart",
            title: "Our keys write nothing among static files",
            run: () => checkStaticBucketSeparate(patient, statics),
          },
        ]
      : []),
    {
      check: "write-read-remove",
      title: "We write, read and destroy in both buckets",
      run: () => checkReadWriteRemove(patient),
    },
    { check: "range", title: "The store sends part of a file", run: () => checkRange(patient) },
    { check: "copy", title: "The store copies a file by itself", run: () => checkCopy(patient) },
    {
      check: "read-address",
      title: "A signed address opens one file, as what we say it is",
      run: () => checkSignedRead(patient),
    },
    {
      check: "lifetime",
      title: "Signed addresses end no later than the keys that signed them",
      run: () => checkUrlLifetime(patient),
    },
  ];
}

async function checkReadWriteRemove({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  for (const name of STORAGE_CLASSES) {
    const [storage, key] = [storages[name], newKey()];
    await storage.put(key, SAMPLE.bytes, SAMPLE.ticket);
    const found = await storage.read(key).then(buffer);
    await storage.remove(key);
    if (!found.equals(SAMPLE.bytes))
      return failedResult(
        `The ${name} bucket gives back other bytes.`,
        "Take another store: this one loses files.",
      );
    if (await storage.stat(key))
      return failedResult(
        `What was destroyed in the ${name} bucket is still there.`,
        `Our key needs \`s3:DeleteObject\`. ${PERMISSIONS_FIX}`,
      );
  }
  return passedResult("We do, and what is destroyed is gone.");
}

/** With our own keys, whatever store the bucket is in. */
async function checkStaticBucketSeparate({ credentials, newKey }: ProbeContext, statics: StaticBucketSettings): Promise<CheckResult> {
  const { bucket: Bucket } = statics;
  const Key = newKey();
  const { sdk, client } = await connectS3(statics, credentials, { maxAttempts: 1 });
  try {
    await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: "x" }));
    await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
  } catch (error) {
    if (httpStatusOf(error) === 403) return passedResult("They are refused there.");
    return warningResult(
      `The static bucket ${Bucket} cannot be tried. ${describeError(error)}`,
      "`npm run storage -- provision` makes it; or mend its name, and the STATIC_S3_* that say where it is.",
    );
  } finally {
    client.destroy();
  }
  return warningResult(
    "They do: whoever holds them can put scripts on our pages.",
    "Give the application keys of its own, with the policy that `npm run storage -- provision --dry-run` prints for it.",
  );
}

async function checkRange({ storages: { private: storage }, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storage.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    const found = await storage.read(key, { start: 5, end: 9 }).then(buffer);
    return found.equals(SAMPLE.bytes.subarray(5, 10))
      ? passedResult("It sends the bytes that are asked for.")
      : failedResult(
          "It sends other bytes than are asked for.",
          "Large files are inspected in parts. Take another store.",
        );
  } finally {
    await storage.remove(key);
  }
}

async function checkCopy({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  const [key, target] = [newKey(), newKey()];
  const { private: from, public: to } = storages;
  await from.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    await from.copy(key, to, target, SAMPLE.ticket);
    const found = await to.read(target).then(buffer);
    return found.equals(SAMPLE.bytes)
      ? passedResult("It does, from one bucket to the other.")
      : failedResult("The copy has other bytes.", "No upload would be accepted. Take another store.");
  } finally {
    await from.remove(key);
    await to.remove(target);
  }
}

async function checkSignedRead({ storages: { private: storage }, newKey }: ProbeContext): Promise<CheckResult> {
  const [key, beside] = [newKey(), newKey()];
  const { bytes, ticket } = createSample("<script>alert(1)</script>");
  await storage.put(key, bytes, { ...ticket, type: "text/html" });
  try {
    const shown = {
      type: "application/pdf",
      disposition: "attachment",
      name: "a.pdf",
      expiresIn: 60,
    } as const;
    const url = await storage.signGet(key, shown);
    const answer = await sendRequest({ method: "GET", url });
    if (!isSuccess(answer))
      return failedResult(
        `The store answers ${describeRefusal(answer)}.`,
        "Our key needs `s3:GetObject`; S3_BROWSER_ENDPOINT must be the very address that browsers use, for it is signed.",
      );
    const {
      "content-type": type,
      "content-disposition": disposition,
      "cache-control": cache,
    } = answer.headers;
    if (type !== shown.type || !disposition?.startsWith("attachment"))
      return failedResult(
        `The file comes as ${type}, ${disposition ?? "to be shown"}, whatever the address says.`,
        "The store, or what stands before it, ignores signed `response-…` parameters: what was sent as a page of HTML would be shown as one.",
      );
    const other = await sendRequest({ method: "GET", url: url.replace(key, beside) });
    if (!isClientError(other) || other.status === 404)
      return failedResult(
        `The same signature on another address is answered ${describeRefusal(other)}.`,
        "Take another store: this one does not verify signatures.",
      );
    return cache?.includes("no-store")
      ? passedResult("It does, with the type and name that were signed, and for no cache.")
      : warningResult(
          `The answer may be kept by caches (${cache ?? "nothing is said"}).`,
          "Let what stands before the store keep `Cache-Control`.",
        );
  } finally {
    await storage.remove(key);
  }
}

async function checkUrlLifetime({ input: given, storages, clock, credentials, newKey }: ProbeContext): Promise<CheckResult> {
  const { expiration } = await credentials();
  const { expiresAt } = await storages.private.signPut(newKey(), {
    ...SAMPLE.ticket,
    expiresIn: given.uploadTtl,
  });
  if (!expiration) return passedResult("The keys do not end.");
  if (expiresAt > expiration)
    return failedResult(
      "An address promises more time than its keys have.",
      "This is a defect of ours; please report it.",
    );
  const minutes = Math.floor((expiration.getTime() - clock.now().getTime()) / 60_000);
  return minutes * 60 < given.uploadTtl
    ? warningResult(
        `The keys end in ${minutes} minutes, and every ticket with them; UPLOAD_TTL would be ${Math.round(given.uploadTtl / 60)}.`,
        "Let the role's sessions last longer, or be content: who is slower gets a new ticket.",
      )
    : passedResult(`The keys end in ${minutes} minutes, and no address lives longer.`);
}
