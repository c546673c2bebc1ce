import type { StorageClass } from "../../storage/storage";
import { describeError } from "../describe-error";
import { describeStatus, isClientError, isSuccess, sendRequest } from "../http-prober";
import type { StaticBucketSettings } from "../static/static-bucket";
import { bucketUrlsOf, type ProbeContext, SAMPLE } from "./probe-context";
import {
  type Check,
  type CheckResult,
  failedResult,
  passedResult,
  untestedResult,
  warningResult,
} from "./run-checks";

/** Checks what an anonymous caller can do, by requests without credentials. */
export function anonymousAccessChecks(context: ProbeContext): Check[] {
  const { staticBucket } = context.input;
  return [
    {
      check: "private-unreadable",
      title: "Anonymous callers cannot read the private bucket",
      run: () => checkPrivateRead(context),
    },
    {
      check: "private-unlistable",
      title: "Anonymous callers cannot list the private bucket",
      run: () => checkNotListable(context, "private"),
    },
    {
      check: "public-readable",
      title: "Anonymous callers can read public pictures",
      run: () => checkPublicRead(context),
    },
    {
      check: "public-unlistable",
      title: "Anonymous callers cannot list the public bucket",
      run: () => checkNotListable(context, "public"),
    },
    { check: "unwritable", title: "Anonymous callers cannot write", run: () => checkNotWritable(context) },
    {
      check: "undestroyable",
      title: "Anonymous callers cannot delete",
      run: () => checkNotDeletable(context),
    },
    ...(staticBucket ? staticBucketChecks(context, staticBucket) : []),
  ];
}

function staticBucketChecks(context: ProbeContext, staticBucket: StaticBucketSettings): Check[] {
  const urls = bucketUrlsOf(staticBucket, staticBucket.bucket);
  // Members' files do not depend on this store, which may be another one.
  const untested = (error: unknown) =>
    untestedResult(`The store of static files does not respond. ${describeError(error)}`);
  return [
    {
      check: "static-unlistable",
      title: "Anonymous callers cannot list the static bucket",
      run: () =>
        checkUrlsNotListable(urls, "Anyone can list the static bucket, including earlier builds.").catch(
          untested,
        ),
    },
    {
      check: "static-unwritable",
      title: "Anonymous callers cannot write to the static bucket",
      run: () => checkStaticNotWritable(context, urls).catch(untested),
    },
  ];
}

const CLOSE_BUCKET_FIX =
  "Run `npm run storage -- provision`: it blocks public access and removes public policies and ACLs.";
const REFUSED = passedResult("The store rejects the request.");

async function checkPrivateRead({ settings, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storages.private.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    for (const url of bucketUrlsOf(settings, settings.buckets.private)) {
      const response = await sendRequest({ url: `${url}/${key}` });
      if (isSuccess(response))
        return failedResult(
          "Anyone who knows the URL of a private document can read it, and no access is logged.",
          CLOSE_BUCKET_FIX,
        );
      // 404 would mean that anonymous callers may look, and that this is not the URL of the object.
      if (!isClientError(response) || response.status === 404)
        return failedResult(
          `The store responds ${describeStatus(response)} to an anonymous caller, instead of 403.`,
          "Check the proxy before the store, and whether anonymous callers may list the bucket.",
        );
    }
  } finally {
    await storages.private.remove(key);
  }
  return REFUSED;
}

async function checkNotListable({ settings }: ProbeContext, name: StorageClass): Promise<CheckResult> {
  const media = name === "public" && settings.mediaUrl ? [settings.mediaUrl] : [];
  return checkUrlsNotListable(
    [...bucketUrlsOf(settings, settings.buckets[name]), ...media],
    `Anyone can list the ${name} bucket, and so finds the URL of every ${name === "public" ? "picture" : "document"}.`,
  );
}

async function checkUrlsNotListable(urls: readonly string[], found: string): Promise<CheckResult> {
  for (const url of urls) {
    for (const query of ["list-type=2&max-keys=1", "versions&max-keys=1", "uploads&max-uploads=1"]) {
      const response = await sendRequest({ url: `${url}/?${query}` });
      if (!isSuccess(response) || !/<List\w+Result|<ListVersionsResult/.test(response.body.toString()))
        continue;
      return failedResult(
        found,
        "Run `npm run storage -- provision`: it removes public `s3:ListBucket` from the policy and public READ from the ACL.",
      );
    }
  }
  return REFUSED;
}

async function checkPublicRead({ settings, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storages.public.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    const url = storages.public.publicUrl(key);
    const response = await sendRequest({ url });
    if (!isSuccess(response))
      return failedResult(
        `${new URL(url).origin} responds ${describeStatus(response)}: visitors see no pictures.`,
        settings.mediaUrl
          ? "Check that MEDIA_URL leads to the public bucket, and that its host may read it."
          : "Run `npm run storage -- provision`: it lets anyone read single objects of the public bucket.",
      );
    if (!response.body.equals(SAMPLE.bytes))
      return failedResult(`${new URL(url).origin} returns other bytes.`, "Check where MEDIA_URL leads.");
    const type = response.headers.get("content-type");
    if (type !== SAMPLE.ticket.type)
      return warningResult(
        `Pictures have the Content-Type ${type}.`,
        "Configure the proxy or CDN before the bucket to keep the store's Content-Type.",
      );
  } finally {
    await storages.public.remove(key);
  }
  return passedResult("The store returns the bytes and the Content-Type.");
}

async function checkNotWritable({ settings, storages, newKey }: ProbeContext): Promise<CheckResult> {
  for (const name of ["private", "public"] as const) {
    for (const url of bucketUrlsOf(settings, settings.buckets[name])) {
      const key = newKey();
      if (!(await canWrite(`${url}/${key}`))) continue;
      await storages[name].remove(key);
      return failedResult(`Anyone can write to the ${name} bucket.`, CLOSE_BUCKET_FIX);
    }
  }
  return REFUSED;
}

async function checkNotDeletable({ settings, storages, newKey }: ProbeContext): Promise<CheckResult> {
  for (const name of ["private", "public"] as const) {
    const key = newKey();
    await storages[name].put(key, SAMPLE.bytes, SAMPLE.ticket);
    try {
      for (const url of bucketUrlsOf(settings, settings.buckets[name])) {
        if (isSuccess(await sendRequest({ method: "DELETE", url: `${url}/${key}` })))
          return failedResult(
            `Anyone who knows a URL can delete that object of the ${name} bucket.`,
            CLOSE_BUCKET_FIX,
          );
      }
    } finally {
      await storages[name].remove(key);
    }
  }
  return REFUSED;
}

async function checkStaticNotWritable(
  { newKey }: ProbeContext,
  urls: readonly string[],
): Promise<CheckResult> {
  for (const base of urls) {
    const url = `${base}/${newKey()}`;
    if (!(await canWrite(url))) continue;
    const removed = isSuccess(await sendRequest({ method: "DELETE", url }));
    return failedResult(
      `Anyone can put scripts on the application's pages${removed ? "" : ` (${url} could not be removed)`}.`,
      CLOSE_BUCKET_FIX,
    );
  }
  return REFUSED;
}

async function canWrite(url: string): Promise<boolean> {
  const headers = { "content-type": "text/plain", "content-length": "1" };
  return isSuccess(await sendRequest({ method: "PUT", url, headers, body: Buffer.from("x") }));
}
