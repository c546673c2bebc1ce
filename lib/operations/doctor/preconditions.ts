import { lookup } from "node:dns/promises";
import { bucketUrl } from "../../storage/s3/bucket-url";
import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import { describeError } from "../describe-error";
import { sendRequest } from "../http-prober";
import { bucketUrlsOf, type ProbeContext, type S3StorageSettings, STORAGE_CLASSES } from "./probe-context";
import { type Check, type CheckResult, failedResult, passedResult, warningResult } from "./run-checks";

/** By how much the two clocks may differ: a URL for reading is valid for 60 seconds. */
const SKEW_SECONDS = { warning: 5, error: 30 };

/** Checks what all other checks depend on, in the order of dependence. */
export function preconditionChecks(context: ProbeContext): Check[] {
  return [
    { check: "reach", title: "The store responds", run: () => checkReachable(context) },
    {
      check: "clock",
      title: "The clocks of this machine and of the store agree",
      run: () => checkClock(context),
    },
    {
      check: "credentials",
      title: "The store accepts the credentials",
      run: () => checkCredentials(context),
    },
    { check: "buckets", title: "The buckets exist and are distinct", run: () => checkBuckets(context) },
  ];
}

async function checkReachable({ settings }: ProbeContext): Promise<CheckResult> {
  const urls = bucketUrlsOf(settings, settings.buckets.private);
  for (const url of urls) {
    const { origin } = new URL(url);
    try {
      const { headers, status, body } = await sendRequest({ url });
      const isStore =
        ["x-amz-request-id", "server", "date"].some((name) => headers.has(name)) ||
        body.toString().includes("<Code>");
      if (status >= 500 || !isStore)
        return failedResult(
          `${origin} responds ${status}.`,
          "Check the store: the application is not the cause.",
        );
    } catch (error) {
      return failedResult(
        `${origin} does not respond. ${describeError(error)}`,
        await reachabilityFix(settings, url),
      );
    }
  }
  return passedResult(`${new URL(urls[0] ?? "").origin} responds.`);
}

/** Names the setting to fix if `url` does not respond. */
async function reachabilityFix(settings: S3StorageSettings, url: string): Promise<string> {
  const isServerUrl = url === bucketUrl({ ...settings, bucket: settings.buckets.private });
  const [name, endpoint] = isServerUrl
    ? ["S3_ENDPOINT", settings.endpoint]
    : ["S3_BROWSER_ENDPOINT", settings.browserEndpoint];
  const { hostname } = new URL(url);
  const store = endpoint && new URL(endpoint).hostname;
  if (store && store !== hostname && (await resolves(store)) && !(await resolves(hostname)))
    return `Set S3_FORCE_PATH_STYLE=true: DNS knows ${store}, but no name for each bucket.`;
  return `Check that ${endpoint ? name : "S3_REGION"} is right, that the store runs, and that no firewall blocks it.`;
}

function resolves(hostname: string): Promise<boolean> {
  return lookup(hostname).then(
    () => true,
    () => false,
  );
}

async function checkClock({ settings, clock }: ProbeContext): Promise<CheckResult> {
  const [url = ""] = bucketUrlsOf(settings, settings.buckets.private).slice(-1);
  const { headers } = await sendRequest({ url });
  const storeTime = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(storeTime))
    return warningResult("The store sends no Date header.", "Compare the clocks by hand.");
  // The header has whole seconds.
  const ahead = Math.round((clock.now().getTime() - storeTime) / 1000 - 0.5);
  const skew = Math.abs(ahead);
  const found = `This machine is ${formatDuration(skew)} ${ahead > 0 ? "ahead of" : "behind"} the store.`;
  const fix =
    "Synchronize both clocks by NTP. Signed URLs are valid for seconds: with a wrong clock they expire early or are not valid yet.";
  if (skew > SKEW_SECONDS.error) return failedResult(found, fix);
  return skew > SKEW_SECONDS.warning ? warningResult(found, fix) : passedResult("They do.");
}

function formatDuration(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}

async function checkCredentials(context: ProbeContext): Promise<CheckResult> {
  try {
    const { expiration } = await context.credentials();
    if (expiration && expiration <= context.clock.now())
      return failedResult(
        "The temporary credentials have expired.",
        "Check why they are not renewed: the role, its trust policy, the token.",
      );
  } catch (error) {
    return failedResult(
      `There are no credentials. ${describeError(error)}`,
      "Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or AWS_ROLE_ARN on Vercel, or give this machine a profile or a role.",
    );
  }
  const error = await listError(context, context.settings.buckets.private);
  const known = CREDENTIAL_ERRORS.get(errorNameOf(error));
  if (known) return known;
  if (context.input.isRoleNotAssumed)
    return warningResult(
      "They are the credentials of this machine, not of the role in AWS_ROLE_ARN: there is no Vercel token to assume it.",
      "This report is about those credentials. `vercel env pull` gets a token for an hour. On Kubernetes, which sets the variable itself, they are the role's after all.",
    );
  return passedResult("It does.");
}

const CREDENTIAL_ERRORS = new Map<string, CheckResult>([
  [
    "InvalidAccessKeyId",
    failedResult(
      "The store does not know the access key.",
      "Set S3_ACCESS_KEY_ID to an access key of this store.",
    ),
  ],
  [
    "SignatureDoesNotMatch",
    failedResult(
      "The store rejects the signature.",
      "Set S3_SECRET_ACCESS_KEY to the secret key of S3_ACCESS_KEY_ID.",
    ),
  ],
  [
    "RequestTimeTooSkewed",
    failedResult(
      "The store's clock differs too much from this machine's.",
      "Synchronize both clocks by NTP.",
    ),
  ],
  [
    "ExpiredToken",
    failedResult(
      "The temporary credentials have expired.",
      "Get new ones, and check why they are not renewed.",
    ),
  ],
  [
    "InvalidToken",
    failedResult(
      "The token of the temporary credentials is not valid.",
      "Get a new access key, secret key and token together.",
    ),
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

async function checkBuckets(context: ProbeContext): Promise<CheckResult> {
  const { settings, input } = context;
  const buckets = STORAGE_CLASSES.map((name) => settings.buckets[name]);
  const names = [...buckets, ...(input.staticBucket ? [input.staticBucket.bucket] : [])];
  if (new Set(names).size < names.length)
    return failedResult(
      "Two of the names are one and the same bucket.",
      "Give STORAGE_PUBLIC_BUCKET, STORAGE_PRIVATE_BUCKET and STORAGE_STATIC_BUCKET three different names: anyone can read the other two.",
    );
  for (const bucket of buckets) {
    const error = await listError(context, bucket);
    if (error) return missingBucketResult(bucket, error);
  }
  return checkDistinctBuckets(context);
}

function missingBucketResult(bucket: string, error: unknown): CheckResult {
  if (errorNameOf(error) === "NoSuchBucket" || httpStatusOf(error) === 404)
    return failedResult(
      `There is no bucket ${bucket}.`,
      "Run `npm run storage -- provision` to create it, or correct its name.",
    );
  if (httpStatusOf(error) === 403)
    return failedResult(
      `The credentials may not list ${bucket}.`,
      "Give them the policy that `npm run storage -- provision --dry-run` prints for the application, or check whether the bucket belongs to another account.",
    );
  return failedResult(
    `${bucket} cannot be listed. ${describeError(error)}`,
    "Read the store's own log to find the reason.",
  );
}

/** Two names may lead to one bucket: through an alias, or a gateway that accepts every name. */
async function checkDistinctBuckets({ storages, newKey }: ProbeContext): Promise<CheckResult> {
  const key = newKey();
  await storages.private.put(key, Buffer.from("private"), { type: "text/plain", size: 7 });
  try {
    if (await storages.public.stat(key))
      return failedResult(
        "An object of the private bucket is in the public one, too.",
        "The two names lead to the same bucket: check how the store, or the proxy before it, distinguishes buckets.",
      );
  } finally {
    await storages.private.remove(key);
  }
  return passedResult("An object of one is not in the other.");
}

/** Returns the store's error for a listing; undefined if it succeeds. */
async function listError({ connection: { sdk, client } }: ProbeContext, Bucket: string): Promise<unknown> {
  return client.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1 })).then(
    () => undefined,
    (error: unknown) => error,
  );
}
