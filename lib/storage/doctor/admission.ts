import { lookup } from "node:dns/promises";
import { bucketUrl } from "../s3/address";
import { nameOf, statusOf } from "../s3/errors";
import { addressesOf, CLASSES, type Patient, type S3Place } from "./patient";
import { type Check, failed, passed, said, type Verdict, warning } from "./report";
import { ask } from "./request";

/** Seconds by which our clock and the store's may differ: an address for reading lives for 60. */
const SKEW = { noted: 5, most: 30 };

/** What has to hold before anything else can be tried, in the order in which one thing needs the other. */
export function admission(patient: Patient): Check[] {
  return [
    { check: "reach", title: "The store answers", look: () => reach(patient) },
    { check: "clock", title: "This machine and the store agree on the time", look: () => clockOf(patient) },
    { check: "credentials", title: "The store takes our keys", look: () => keys(patient) },
    {
      check: "buckets",
      title: "The buckets exist, and each is one of its own",
      look: () => buckets(patient),
    },
  ];
}

async function reach({ place }: Patient): Promise<Verdict> {
  for (const url of addressesOf(place, place.buckets.private)) {
    const { origin } = new URL(url);
    try {
      const { headers, status, body } = await ask({ method: "GET", url });
      const named = headers["x-amz-request-id"] ?? headers.server ?? headers.date;
      const speaks = status < 500 && (named !== undefined || body.includes("<Code>"));
      if (!speaks)
        return failed(
          `${origin} answers ${status}.`,
          "See what is wrong with the store; ours is not the trouble.",
        );
    } catch (error) {
      return failed(`${origin} does not answer. ${said(error)}`, await wayTo(place, url));
    }
  }
  return passed(`${new URL(addressesOf(place, place.buckets.private)[0] ?? "").origin} answers.`);
}

/** What to mend where `url` does not answer: the setting that leads there, or how addresses are made of it. */
async function wayTo(place: S3Place, url: string): Promise<string> {
  const ours = url === bucketUrl({ ...place, bucket: place.buckets.private });
  const [setting, endpoint] = ours
    ? ["S3_ENDPOINT", place.endpoint]
    : ["S3_BROWSER_ENDPOINT", place.browserEndpoint];
  const { hostname } = new URL(url);
  const store = endpoint && new URL(endpoint).hostname;
  if (store && store !== hostname && (await isKnown(store)) && !(await isKnown(hostname)))
    return `Set S3_FORCE_PATH_STYLE=true: ${store} is known, and has no name of its own for each bucket.`;
  return `See whether ${endpoint ? setting : "S3_REGION"} is right, whether the store runs, and whether a firewall stands between.`;
}

function isKnown(hostname: string): Promise<boolean> {
  return lookup(hostname).then(
    () => true,
    () => false,
  );
}

async function clockOf({ place, clock }: Patient): Promise<Verdict> {
  const [url = ""] = addressesOf(place, place.buckets.private).slice(-1);
  const { headers } = await ask({ method: "GET", url });
  const theirs = Date.parse(headers.date ?? "");
  if (Number.isNaN(theirs))
    return warning("The store does not say what time it is.", "Compare the clocks by hand.");
  // Its time comes in whole seconds.
  const ahead = Math.round((clock.now().getTime() - theirs) / 1000 - 0.5);
  const off = Math.abs(ahead);
  const found = `This machine is ${inWords(off)} ${ahead > 0 ? "ahead of" : "behind"} the store.`;
  const mend =
    "Let both take their time from the network (NTP); addresses are signed for seconds and die early, or are not valid yet.";
  if (off > SKEW.most) return failed(found, mend);
  return off > SKEW.noted ? warning(found, mend) : passed("The clocks agree.");
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
}

async function keys(patient: Patient): Promise<Verdict> {
  try {
    const { expiration } = await patient.credentials();
    if (expiration && expiration <= patient.clock.now())
      return failed(
        "The temporary keys have run out.",
        "See why no new ones come: the role, its trust, the token.",
      );
  } catch (error) {
    return failed(
      `There are no keys. ${said(error)}`,
      "Set S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY, or AWS_ROLE_ARN on Vercel, or give this machine a profile or a role.",
    );
  }
  const refused = await listing(patient, patient.place.buckets.private);
  const wrong = KEYS.get(nameOf(refused));
  if (wrong) return wrong;
  if (patient.case.roleUntaken)
    return warning(
      "They are the keys of this machine, not of the role in AWS_ROLE_ARN, for there is no token of Vercel's to take it with.",
      "All else that is said here is of those keys. `vercel env pull` brings a token for an hour; on Kubernetes, which sets the variable, they are the role's after all.",
    );
  return passed("They are known, and the signature is right.");
}

const KEYS = new Map<string, Verdict>([
  [
    "InvalidAccessKeyId",
    failed("The store does not know our key.", "Set S3_ACCESS_KEY_ID to one that the store has given out."),
  ],
  [
    "SignatureDoesNotMatch",
    failed(
      "The store finds our signature wrong.",
      "Set S3_SECRET_ACCESS_KEY to the secret that belongs to S3_ACCESS_KEY_ID.",
    ),
  ],
  [
    "RequestTimeTooSkewed",
    failed(
      "The store finds our time too far from its own.",
      "Let both take their time from the network (NTP).",
    ),
  ],
  ["ExpiredToken", failed("The temporary keys have run out.", "Get new ones; see why they are not renewed.")],
  [
    "InvalidToken",
    failed("The token of the temporary keys is not one.", "Get new ones, key, secret and token together."),
  ],
  [
    "AuthorizationHeaderMalformed",
    failed("The store expects another region.", "Set S3_REGION to the region of the buckets."),
  ],
  [
    "PermanentRedirect",
    failed("The bucket is in another region.", "Set S3_REGION to the region of the buckets."),
  ],
]);

async function buckets(patient: Patient): Promise<Verdict> {
  const { place, case: given } = patient;
  const named = [
    ...CLASSES.map((name) => place.buckets[name]),
    ...(given.statics ? [given.statics.bucket] : []),
  ];
  if (new Set(named).size < named.length)
    return failed(
      "Two of them are one and the same bucket.",
      "Give STORAGE_PUBLIC_BUCKET, STORAGE_PRIVATE_BUCKET and STORAGE_STATIC_BUCKET three different names: private papers must not lie where anybody reads.",
    );
  for (const bucket of CLASSES.map((name) => place.buckets[name])) {
    const refused = await listing(patient, bucket);
    if (refused) return noBucket(bucket, refused);
  }
  return distinct(patient);
}

function noBucket(bucket: string, error: unknown): Verdict {
  if (nameOf(error) === "NoSuchBucket" || statusOf(error) === 404)
    return failed(
      `There is no bucket ${bucket}.`,
      "`npm run storage -- provision` makes it; or mend its name.",
    );
  if (statusOf(error) === 403)
    return failed(
      `Our key may not list ${bucket}.`,
      "Give it the policy that `npm run storage -- provision --dry-run` prints for the application; or see whether the bucket is another's.",
    );
  return failed(
    `${bucket} cannot be listed. ${said(error)}`,
    "Look at the store's own log for what it refuses.",
  );
}

/** Two names may still lead to one bucket: through an alias, or a gateway that takes every name. */
async function distinct({ storages, newKey }: Patient): Promise<Verdict> {
  const key = newKey();
  await storages.private.put(key, Buffer.from("private"), { type: "text/plain", size: 7 });
  try {
    if (await storages.public.stat(key))
      return failed(
        "What is put into the private bucket is there in the public one.",
        "The two names lead to the same place: see how the store, or what stands before it, tells buckets apart.",
      );
  } finally {
    await storages.private.remove(key);
  }
  return passed("They exist, and what is put into one is not in the other.");
}

/** What the store answers instead of a list; undefined where it gives one. */
async function listing({ connection: { sdk, client } }: Patient, Bucket: string): Promise<unknown> {
  return client.send(new sdk.ListObjectsV2Command({ Bucket, MaxKeys: 1 })).then(
    () => undefined,
    (error: unknown) => error,
  );
}
