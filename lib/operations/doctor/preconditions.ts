import { lookup } from "node:dns/promises";
import { bucketUrl } from "../../storage/s3/bucket-url";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import { bucketUrlsOf, STORAGE_CLASSES, type ProbeContext, type S3StorageSettings } from "./probe-context";
import { type Check, failedResult, passedResult, describeError, type CheckResult, warningResult } from "./report";
import { sendRequest } from "./http-request";

/** Seconds by which our clock and the store's may differ: an address for reading lives for 60. */
const SKEW_SECONDS = { noted: 5, most: 30 };

/** What has to hold before anything else can be tried, in the order in which one thing needs the other. */
export function preconditionChecks(patient: ProbeContext): Check[] {
  return [
    { check: "reach", title: "The store answers", run: () => checkReachable(patient) },
    { check: "clock", title: "This machine and the store agree on the time", run: () => checkClock(patient) },
    { check: "credentials", title: "The store takes our keys", run: () => checkCredentials(patient) },
    {
      check: "buckets",
      title: "The buckets exist, and each is one of its own",
      run: () => checkBuckets(patient),
    },
  ];
}

async function checkReachable({ settings: place }: ProbeContext): Promise<CheckResult> {
  for (const url of bucketUrlsOf(place, place.buckets.private)) {
    const { origin } = new URL(url);
    try {
      const { headers, status, body } = await sendRequest({ method: "GET", url });
      const named = headers["x-amz-request-id"] ?? headers.server ?? headers.date;
      const speaks = status < 500 && (named !== undefined || body.includes("<Code>"));
      if (!speaks)
        return failedResult(
          `${origin} answers ${status}.`,
          "See what is wrong with the store; ours is not the trouble.",
        );
    } catch (error) {
      return failedResult(`${origin} does not answer. ${describeError(error)}`, await reachabilityFix(place, url));
    }
  }
  return passedResult(`${new URL(bucketUrlsOf(place, place.buckets.private)[0] ?? "").origin} answers.`);
}

/** What to mend where `url` does not answer: the setting that leads there, or how addresses are made of it. */
async function reachabilityFix(place: S3StorageSettings, url: string): Promise<string> {
  const ours = url === bucketUrl({ ...place, bucket: place.buckets.private });
  const [setting, endpoint] = ours
    ? ["S3_ENDPOINT", place.endpoint]
    : ["S3_BROWSER_ENDPOINT", place.browserEndpoint];
  const { hostname } = new URL(url);
  const store = endpoint && new URL(endpoint).hostname;
  if (store && store !== hostname && (await resolves(store)) && !(await resolves(hostname)))
    return `Set S3_FORCE_PATH_STYLE=true: ${store} is known, and has no name of its own for each bucket.`;
  return `See whether ${endpoint ? setting : "S3_REGION"} is right, whether the store runs, and whether a firewall stands between.`;
}

function resolves(hostname: string): Promise<boolean> {
  return lookup(hostname).then(
    () => true,
    () => false,
  );
}

async function checkClock({ settings: place, clock }: ProbeContext): Promise<CheckResult> {
  const [url = ""] = bucketUrlsOf(place, place.buckets.private).slice(-1);
  const { headers } = await sendRequest({ method: "GET", url });
  const theirs = Date.parse(headers.date ?? "");
  if (Number.isNaN(theirs))
    return warningResult("The store does not say what time it is.", "Compare the clocks by hand.");
  // Its time comes in whole seconds.
  const ahead = Math.round((clock.now().getTime() - theirs) / 1000 - 0.5);
  const off = Math.abs(ahead);
  const found = `This machine is ${formatDuration(off)} ${ahead > 0 ? "ahead of" : "behind"} the store.`;
  const mend =
    "Let both take their time from the network (NTP); addresses are signed for seconds and die early, or are not valid yet.";
  if (off > SKEW_SECONDS.most) return failedResult(found, mend);
  return off > SKEW_SECONDS.noted ? warningResult(found, mend) : passedResult("The clocks agree.");
}

function formatDuration(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}

async function checkCredentials(patient: ProbeContext): Promise<CheckResult> {
  try {
    const { expiration } = await patient.credentials();
    if (expiration && expiration <= patient.clock.now())
      return failedResult(
        "The temporary keys have run out.",
        "See why no new ones come: the role, its trust, the token.",
      );
  } catch (error) {
    return failedResult(
      `There are no keys. ${describeError(error)}`,
      "Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or AWS_ROLE_ARN on Vercel, or give this machine a profile or a role.",
    );
  }
  const refused = await listError(patient, patient.settings.buckets.private);
  const wrong = CREDENTIAL_ERRORS.get(errorNameOf(refused));
  if (wrong) return wrong;
  if (patient.input.isRoleNotAssumed)
    return warningResult(
      "They are the keys of this machine, not of the role in AWS_ROLE_ARN, for there is no token of Vercel's to take it with.",
      "All else that is said here is of those keys. `vercel env pull` brings a token for an hour; on Kubernetes, which sets the variable, they are the role's after all.",
    );
  return passedResult("They are known, and the signature is right.");
}

const CREDENTIAL_ERRORS = new Map<string, CheckResult>([
  [
    "InvalidAccessKeyId",
    failedResult("The store does not know our key.", "Set S3_ACCESS_KEY_ID to one that the store has given out."),
  ],
  [
    "SignatureDoesNotMatch",
    failedResult(
      "The store finds our signature wrong.",
      "Set S3_SECRET_ACCESS_KEY to the secret that belongs to S3_ACCESS_KEY_ID.",
    ),
  ],
  [
    "RequestTimeTooSkewed",
    failedResult(
      "The store finds our time too far from its own.",
      "Let both take their time from the network (NTP).",
    ),
  ],
  ["ExpiredToken", failedResult("The temporary keys have run out.", "Get new ones; see why they are not renewed.")],
  [
    "InvalidToken",
    failedResult("The token of the temporary keys is not one.", "Get new ones, key, secret and token together."),
  ],
  [
    "AuthorizationHeaderMalformed",
    failedResult("The store expects another region.", "Set S3_REGION to the region of the buckets."),
  ],
  [
    "PermanentRedirect",
    failedResult("The bucket is in another region.", "Set S3_REGION to the region of the buckets."),
  ],
]);

async function checkBuckets(patient: ProbeContext): Promise<CheckResult> {
  const { settings: place, input: given } = patient;
  const named = [
    ...STORAGE_CLASSES.map((name) => place.buckets[name]),
    ...(given.staticBucket ? [given.staticBucket.bucket] : []),
  ];
  if (new Set(named).size < named.length)
    return failedResult(
      "Two of them are one and the same bucket.",
      "Give STORAGE_PUBLIC_BUCKET, STORAGE_PRIVATE_BUCKET and STORAGE_STATIC_BUCKET three different names: private papers must not lie where anybody reads.",
    );
  for (const bucket of STORAGE_CLASSES.map((name) => place.buckets[name])) {
    const refused = await listError(patient, bucket);
    if (refused) return missingBucketResult(bucket, refused);
  }
  return checkDistinctBuckets(patient);
}

function missingBucketResult(bucket: string, error: unknown): CheckResult {
  if (errorNameOf(error) === "NoSuchBucket" || httpStatusOf(error) === 404)
    return failedResult(
      `There is no bucket ${bucket}.`,
      "`npm run storage -- provision` makes it; or mend its name.",
    );
  if (httpStatusOf(error) === 403)
    return failedResult(
      `Our key may not list ${bucket}.`,
      "Give it the policy that `npm run storage -- provision --dry-run` prints for the application; or see whether the bucket is another's.",
    );
  return failedResult(
    `${bucket} cannot be listed. ${describeError(error)}`,
    "Look at the store's own log for what it refuses.",
  );
}

/** Two names may still lead to one bucket: through an alias, or a gateway that takes every name. */
async function checkDistinctBuckets({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storages.private.put(key, Buffer.from("private"), { type: "text/plain", size: 7 });
  try {
    if (await storages.public.stat(key))
      return failedResult(
        "What is put into the private bucket is there in the public one.",
        "The two names lead to the same place: see how the store, or what stands before it, tells buckets apart.",
      );
  } finally {
    await storages.private.remove(key);
  }
  return passedResult("They exist, and what is put into one is not in the other.");
}

/** What the store answers instead of a list; undefined where it gives one. */
async function listError({ connection: { sdk, client } }: ProbeContext, Bucket: string): Promise<unknown> {
  return client.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1 })).then(
    () => undefined,
    (error: unknown) => error,
  );
}
