import type { StaticBucketSettings } from "../provision/static-bucket";
import type { StorageClass } from "../../storage/storage";
import { bucketUrlsOf, type ProbeContext, SAMPLE } from "./probe-context";
import { type Check, failedResult, passedResult, describeError, untestedResult, type CheckResult, warningResult } from "./report";
import { isSuccess, sendRequest, describeRefusal, isClientError } from "./http-request";

/** What somebody without keys may do, tried without keys. */
export function anonymousAccessChecks(patient: ProbeContext): Check[] {
  const { staticBucket: statics } = patient.input;
  return [
    {
      check: "private-unreadable",
      title: "Nobody reads from the private bucket without leave",
      run: () => checkPrivateRead(patient),
    },
    {
      check: "private-unlistable",
      title: "Nobody lists the private bucket without leave",
      run: () => checkNotListable(patient, "private"),
    },
    { check: "public-readable", title: "Anybody reads public pictures", run: () => checkPublicRead(patient) },
    {
      check: "public-unlistable",
      title: "Nobody lists the public bucket without leave",
      run: () => checkNotListable(patient, "public"),
    },
    { check: "unwritable", title: "Nobody writes without leave", run: () => checkNotWritable(patient) },
    { check: "undestroyable", title: "Nobody destroys without leave", run: () => checkNotDeletable(patient) },
    ...(statics ? staticBucketChecks(patient, statics) : []),
  ];
}

function staticBucketChecks(patient: ProbeContext, statics: StaticBucketSettings): Check[] {
  const urls = bucketUrlsOf(statics, statics.bucket);
  // Members' files do not depend on a store that may be another and away.
  const unless = (error: unknown) => untestedResult(`The store of static files does not answer. ${describeError(error)}`);
  return [
    {
      check: "static-unlistable",
      title: "Nobody lists static files without leave",
      run: () => checkUrlsNotListable(urls, "Anybody can list the static bucket, earlier builds included.").catch(unless),
    },
    {
      check: "static-unwritable",
      title: "Nobody writes among static files without leave",
      run: () => checkStaticNotWritable(patient, urls).catch(unless),
    },
  ];
}

const CLOSE_BUCKET_FIX =
  "`npm run storage -- provision` closes it: public access blocked, no policy that lets strangers in, no ACL.";

async function checkPrivateRead({ settings: place, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storages.private.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    for (const url of bucketUrlsOf(place, place.buckets.private)) {
      const answer = await sendRequest({ method: "GET", url: `${url}/${key}` });
      if (isSuccess(answer))
        return failedResult(
          "Anybody who knows an address reads private papers, without leave and without a trace.",
          CLOSE_BUCKET_FIX,
        );
      // Not found would mean that a stranger may look, and that this was not the address of what lies there.
      if (!isClientError(answer) || answer.status === 404)
        return failedResult(
          `A stranger is told ${describeRefusal(answer)} where it should be 403.`,
          "See what stands before the store, and whether strangers may list the bucket.",
        );
    }
  } finally {
    await storages.private.remove(key);
  }
  return passedResult("A stranger is refused.");
}

async function checkNotListable({ settings: place }: ProbeContext, name: StorageClass): Promise<CheckResult> {
  const media = name === "public" && place.mediaUrl ? [place.mediaUrl] : [];
  return checkUrlsNotListable(
    [...bucketUrlsOf(place, place.buckets[name]), ...media],
    `Anybody can list the ${name} bucket, and so finds every ${name === "public" ? "picture, those of hidden profiles too while they are there" : "paper's address"}.`,
  );
}

async function checkUrlsNotListable(urls: readonly string[], found: string): Promise<CheckResult> {
  for (const url of urls) {
    for (const query of ["list-type=2&max-keys=1", "versions&max-keys=1", "uploads&max-uploads=1"]) {
      const answer = await sendRequest({ method: "GET", url: `${url}/?${query}` });
      if (!isSuccess(answer) || !/<List\w+Result|<ListVersionsResult/.test(answer.body)) continue;
      return failedResult(
        found,
        "Take `s3:ListBucket` for everybody out of its policy, and public READ out of its ACL; `npm run storage -- provision` does both.",
      );
    }
  }
  return passedResult("A stranger is refused.");
}

async function checkPublicRead({ settings: place, storages, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storages.public.put(key, SAMPLE.bytes, SAMPLE.ticket);
  try {
    const url = storages.public.publicUrl(key);
    const answer = await sendRequest({ method: "GET", url });
    if (!isSuccess(answer))
      return failedResult(
        `${new URL(url).origin} answers ${describeRefusal(answer)}: no picture is seen.`,
        place.mediaUrl
          ? "See whether MEDIA_URL leads to the public bucket, and may read it."
          : "`npm run storage -- provision` lets anybody read single objects of the public bucket.",
      );
    if (answer.body !== SAMPLE.bytes.toString())
      return failedResult(`${new URL(url).origin} answers with something else.`, "See where MEDIA_URL leads.");
    const type = answer.headers["content-type"];
    if (type !== SAMPLE.ticket.type)
      return warningResult(
        `Pictures arrive as ${type}.`,
        "Let what stands before the bucket keep the type that the store says.",
      );
  } finally {
    await storages.public.remove(key);
  }
  return passedResult("They arrive, with the type that was given.");
}

async function checkNotWritable({ settings: place, storages, newKey }: ProbeContext): Promise<CheckResult> {
  for (const name of ["private", "public"] as const) {
    for (const url of bucketUrlsOf(place, place.buckets[name])) {
      const key = newKey();
      if (!(await canWrite(`${url}/${key}`))) continue;
      await storages[name].remove(key);
      return failedResult(`Anybody can write into the ${name} bucket.`, CLOSE_BUCKET_FIX);
    }
  }
  return passedResult("A stranger is refused.");
}

async function checkNotDeletable({ settings: place, storages, newKey }: ProbeContext): Promise<CheckResult> {
  for (const name of ["private", "public"] as const) {
    const key = newKey();
    await storages[name].put(key, SAMPLE.bytes, SAMPLE.ticket);
    try {
      for (const url of bucketUrlsOf(place, place.buckets[name])) {
        if (isSuccess(await sendRequest({ method: "DELETE", url: `${url}/${key}` })))
          return failedResult(`Anybody who knows an address can destroy what is in the ${name} bucket.`, CLOSE_BUCKET_FIX);
      }
    } finally {
      await storages[name].remove(key);
    }
  }
  return passedResult("A stranger is refused.");
}

async function checkStaticNotWritable({ newKey }: ProbeContext, urls: readonly string[]): Promise<CheckResult> {
  for (const base of urls) {
    const url = `${base}/${newKey()}`;
    if (!(await canWrite(url))) continue;
    const removed = isSuccess(await sendRequest({ method: "DELETE", url }));
    return failedResult(
      `Anybody can put scripts on our pages${removed ? "" : ` (${url} could not be removed again)`}.`,
      CLOSE_BUCKET_FIX,
    );
  }
  return passedResult("A stranger is refused.");
}

async function canWrite(url: string): Promise<boolean> {
  const headers = { "content-type": "text/plain", "content-length": "1" };
  return isSuccess(await sendRequest({ method: "PUT", url, headers, body: Buffer.from("x") }));
}
