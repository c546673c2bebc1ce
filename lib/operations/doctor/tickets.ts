import { createS3Storage } from "../../storage/s3";
import type { SignedRequest } from "../../storage/storage";
import { type ProbeContext, SAMPLE, createSample } from "./probe-context";
import { type Check, failedResult, passedResult, untestedResult, type CheckResult } from "./report";
import { type HttpResponse, type HttpRequest, isSuccess, sendRequest, describeRefusal, isClientError } from "./http-request";

/** What comes of a request that is not the one that was signed. */
type Variation = {
  check: string;
  title: string;
  acceptedMessage: string;
  change: (whole: CompleteRequest, other: string) => HttpRequest;
};
type CompleteRequest = HttpRequest & { headers: Record<string, string> };

const longerBody = Buffer.concat([SAMPLE.bytes, Buffer.from("!")]);
const otherSha256 = createSample("something else, by its looks").ticket.sha256;

const VARIATIONS: Variation[] = [
  {
    check: "ticket-length",
    title: "A ticket takes no longer body than it says",
    acceptedMessage: "A body longer than the ticket says was taken: a ticket for a kilobyte is one for any amount.",
    change: (whole) => ({
      ...whole,
      headers: { ...whole.headers, "content-length": String(longerBody.length) },
      body: longerBody,
    }),
  },
  {
    check: "ticket-open-length",
    title: "A ticket takes no body of unsaid length",
    acceptedMessage: "A body that does not say its length was taken: a ticket for a kilobyte is one for any amount.",
    change: ({ headers: { "content-length": _, ...headers }, ...whole }) => ({
      ...whole,
      headers: { ...headers, "transfer-encoding": "chunked" },
      body: longerBody,
    }),
  },
  {
    check: "ticket-type",
    title: "A ticket takes no other type",
    acceptedMessage:
      "Another type than the ticket says was taken: a page of HTML could lie where a PDF was announced.",
    change: (whole) => ({ ...whole, headers: { ...whole.headers, "content-type": "text/html" } }),
  },
  {
    check: "ticket-key",
    title: "A ticket is good for one address",
    acceptedMessage: "A ticket for one file was taken for another.",
    change: (whole, other) => {
      const url = new URL(whole.url);
      url.pathname = url.pathname.replace(/doctor\/.*$/, other);
      return { ...whole, url: url.href };
    },
  },
  {
    check: "ticket-checksum",
    title: "A ticket names one checksum",
    acceptedMessage: "Another checksum than the ticket names was taken.",
    change: (whole) => ({ ...whole, headers: { ...whole.headers, "x-amz-checksum-sha256": otherSha256 } }),
  },
  {
    check: "ticket-method",
    title: "A ticket is for sending, and nothing else",
    acceptedMessage: "A ticket for sending was taken for deleting.",
    change: ({ headers: { "content-length": _, ...headers }, url }) => ({ method: "DELETE", url, headers }),
  },
  {
    check: "ticket-signature",
    title: "A changed signature is worth nothing",
    acceptedMessage:
      "An address with a changed signature was taken: this store verifies none, and everybody can do everything.",
    change: (whole) => ({
      ...whole,
      url: whole.url.replace(
        /(X-Amz-Signature=.*)([0-9a-f])(&|$)/,
        (_, head, last, tail) => `${head}${last === "0" ? "1" : "0"}${tail}`,
      ),
    }),
  },
];

const FIX =
  "This store does not keep what the signature promises. Do not use it for people's papers; see what stands before it, or take another.";

/** Whether a ticket is honoured, and whether it is honoured for exactly what it says. */
export function ticketChecks(patient: ProbeContext): Check[] {
  const honoured = sendSigned(patient);
  // Looked at by the first check; here it must not count as unheard.
  honoured.catch(() => undefined);
  return [
    {
      check: "ticket",
      title: "A ticket lets a file in",
      run: async () => {
        const answer = await honoured;
        return isSuccess(answer)
          ? passedResult("It does.")
          : failedResult(
              `The store answers ${describeRefusal(answer)} to a file sent exactly as signed.`,
              "Our key needs `s3:PutObject`; S3_BROWSER_ENDPOINT must be the very address that browsers use, for it is signed.",
            );
      },
    },
    ...VARIATIONS.map(({ check, title, ...variation }) => ({
      check,
      title,
      run: async (): Promise<CheckResult> => {
        if (!isSuccess(await honoured)) return untestedResult("Not even the right ticket is taken.");
        return sendVariation(patient, variation);
      },
    })),
    { check: "ticket-end", title: "A ticket ends", run: () => checkExpiry(patient) },
  ];
}

async function sendSigned({ storages, newKey }: ProbeContext) {
  const key = newKey();
  const signed = await storages.private.signPut(key, SAMPLE.ticket);
  try {
    return await sendRequest(toHttpRequest(signed));
  } finally {
    await storages.private.remove(key);
  }
}

async function sendVariation(
  { storages, newKey }: ProbeContext,
  variation: Pick<Variation, "acceptedMessage" | "change">,
): Promise<CheckResult> {
  const [key, other] = [newKey(), newKey()];
  const signed = await storages.private.signPut(key, SAMPLE.ticket);
  try {
    const answer = await sendRequest(variation.change(toHttpRequest(signed), other));
    return expectRefusal(answer, variation.acceptedMessage, "It is refused");
  } finally {
    await storages.private.removeMany([key, other]);
  }
}

function expectRefusal(answer: HttpResponse, wrong: string, right: string): CheckResult {
  if (isSuccess(answer)) return failedResult(wrong, FIX);
  return isClientError(answer)
    ? passedResult(`${right} (${describeRefusal(answer)}).`)
    : untestedResult(`The store answers ${describeRefusal(answer)}, which is neither yes nor no.`);
}

async function checkExpiry(patient: ProbeContext): Promise<CheckResult> {
  const { settings: place, clock, storages, newKey } = patient;
  const earlier = { now: () => new Date(clock.now().getTime() - 600_000) };
  const bucket = place.buckets.private;
  // Keys that do not end by themselves, for this one signs in the past.
  const { accessKeyId, secretAccessKey, sessionToken } = await patient.credentials();
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const past = createS3Storage({ ...place, class: "private", bucket, credentials, clock: earlier });
  const key = newKey();
  try {
    const answer = await sendRequest(toHttpRequest(await past.signPut(key, SAMPLE.ticket)));
    return expectRefusal(answer, "A ticket that ended nine minutes ago was taken.", "One that has ended is refused");
  } finally {
    await storages.private.remove(key);
  }
}

function toHttpRequest({ method, url, headers }: SignedRequest): CompleteRequest {
  return {
    method,
    url,
    headers: { ...headers, "content-length": String(SAMPLE.bytes.length) },
    body: SAMPLE.bytes,
  };
}
